internal import Domain
internal import Services

/// Files that are not available, as JSON: how many, and the first of them with their reasons.
struct UnavailableFilesView: Encodable {
    let count: Int64
    let files: [File]

    struct File: Encodable {
        let id: ImageID, reason: String
    }

    init(_ unavailable: UnavailableFiles) {
        count = unavailable.count
        files = unavailable.first.map { File(id: $0.image, reason: $0.reason.rawValue) }
    }
}

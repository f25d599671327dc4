internal import Domain
internal import FoundationEssentials
internal import HTTPTypes

/// What a client says of an upload: `Upload-Metadata`, keys and values in base64.
struct UploadMetadata {
    /// Keys that clients send by themselves, beside those of the fields of a form. Of the first two, one may be used.
    private static let keys = [
        "filename", "name", "filetype", "type", "relativePath", "path", "batch", "taken", "digest",
    ]

    private(set) var description = UploadDescription()

    /// - Throws: a problem that names the key that is unknown, is given twice, or has an invalid value.
    init(_ request: HTTPRequest) throws {
        guard let text = request.fields["Upload-Metadata"], !text.trimmingBlanks.isEmpty else { return }
        description.stated = text
        var seen: Set<String> = []
        for member in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = member.trimmingBlanks.split(separator: " ", omittingEmptySubsequences: false)
            guard (1...2).contains(parts.count), let key = parts.first.map(String.init), !key.isEmpty else {
                throw Self.fault(
                    "Upload-Metadata has a key and a value in base64, with a space between them, and commas between the pairs."
                )
            }
            guard seen.insert(key).inserted else {
                throw Self.fault("Upload-Metadata has the key '\(key.prefix(100))' twice.")
            }
            try set(key, to: try Self.decode(parts.count == 2 ? parts[1] : "", of: key))
        }
    }

    private static func decode(_ value: Substring, of key: String) throws -> String {
        guard let data = Data(base64Encoded: String(value)),
            let text = String(validating: data, as: UTF8.self)
        else {
            throw fault("The value of '\(key.prefix(100))' in Upload-Metadata must be UTF-8 text in base64.")
        }
        return text
    }

    private mutating func set(_ key: String, to value: String) throws {
        switch key {
        case "filename": description.fileName = value
        case "name": if description.fileName == nil { description.fileName = value }
        case "filetype", "type", "relativePath", "path", "batch": break
        case "taken":
            guard TakenDate(value, source: .timestamp) != nil else {
                throw Self.fault(
                    "'taken' in Upload-Metadata must be a date and a time such as 2021-05-31T10:00:00 or 2021-05-31T10:00:00+02:00."
                )
            }
            description.timestamp = value
        case "digest":
            guard let digest = Digest(value) else {
                throw Self.fault("'digest' in Upload-Metadata must be the SHA-256 of the file, 64 hexadecimal digits.")
            }
            description.digest = digest
        case _ where (ImageDetails.fields + AlbumPlacement.fields).contains(key):
            do {
                if AlbumPlacement.fields.contains(key) {
                    var placement = description.placement ?? AlbumPlacement()
                    try placement.set(key, to: value)
                    description.placement = placement
                } else {
                    try description.details.set(key, to: value)
                }
            } catch var problem as Problem {
                problem.fault = .header("Upload-Metadata")
                throw problem
            }
        default:
            throw Self.fault(
                "There is no key '\(key.prefix(100))' in Upload-Metadata; there are: \((Self.keys + ImageDetails.fields + AlbumPlacement.fields).joined(separator: ", "))."
            )
        }
    }

    private static func fault(_ detail: String) -> Problem { .badRequest(detail, at: .header("Upload-Metadata")) }
}

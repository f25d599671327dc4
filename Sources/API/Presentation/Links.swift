internal import Domain
internal import HTTPTypes

/// Paths of the server's routes as clients reach them: below the prefix that a proxy offers the server under.
struct Links: Sendable, Equatable {
    private let prefix: String

    init(_ request: HTTPRequest) { prefix = request.origin.pathPrefix }

    /// An address of a client without the path of the proxy.
    func withoutPrefix(_ address: String) -> String {
        address.hasPrefix(prefix + "/") ? String(address.dropFirst(prefix.count)) : address
    }

    /// The path of a route, which begins with a slash.
    func path(_ route: String) -> String { prefix + route }

    func image(_ id: ImageID) -> String { path("/v1/images/\(id)") }

    func file(_ id: ImageID, _ type: FileType) -> String { path("/v1/images/\(id)/\(type.rawValue)") }

    /// The version of the files of a content in addresses. Other bytes have another digest, and renditions that have
    /// taken the place of others another revision, and pictures that were turned another ending.
    static func version(of digest: Digest, revision: Int, turnedBy rotation: Orientation) -> String {
        digest.description.prefix(12) + (revision == 0 ? "" : "-\(revision)")
            + (rotation == .upright ? "" : "-o\(rotation.exif)")
    }

    static func version(of content: ImageContent, turnedBy rotation: Orientation) -> String {
        version(of: content.digest, revision: content.revision, turnedBy: rotation)
    }

    func job(_ id: JobID) -> String { path("/v1/jobs/\(id)") }

    func batch(_ id: BatchID) -> String { path("/v1/batches/\(id)") }

    func upload(_ id: UploadID) -> String { path("/v1/uploads/\(id)") }

    /// The path of an item's bytes below the server's address, whatever their format, as machines know it.
    static func filePath(_ id: BatchItemID) -> String { "uploads/\(id).jpg" }

    func account(_ handle: Handle) -> String { path("/v1/accounts/\(handle)") }

    func album(_ id: AlbumID) -> String { path("/v1/albums/\(id)") }

    /// The address of a share for its visitors.
    func share(_ token: String) -> String { path("/v1/shares/\(token)") }

    func archive(_ id: ArchiveID) -> String { path("/v1/archives/\(id).zip") }
}

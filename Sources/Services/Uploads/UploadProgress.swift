public import Domain

/// Follows the resumable uploads of a viewer: each is told when it is first seen, after each change, and at its end.
public struct UploadProgress: Sendable {
    private let uploads: ResumableUploads
    private var known: [UploadID: ResumableUpload] = [:]

    /// - Throws: `unauthenticated` for a stranger.
    public init(of viewer: Viewer, in uploads: ResumableUploads) throws {
        _ = try viewer.owner()
        self.uploads = uploads
    }

    /// The uploads that are others than before; at first those that are under way.
    public mutating func next(for viewer: Viewer) async throws -> [ResumableUpload] {
        let found = try await uploads.list(announcing: nil, for: viewer)
        var changed = found.filter { upload in
            guard let former = known[upload.id] else { return true }
            return former.offset != upload.offset || former.length != upload.length
        }
        for ended in Set(known.keys).subtracting(found.map(\.id)).sorted() {
            // One that was given up or removed is not there any more.
            if let upload = try? await uploads.upload(ended, for: viewer), upload.outcome != nil {
                changed.append(upload)
            }
        }
        known = Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
        return changed
    }
}

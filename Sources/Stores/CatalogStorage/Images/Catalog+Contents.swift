public import Domain
internal import SQL

extension Catalog {
    /// The content with a digest; nil if no image has it.
    public func content(_ digest: Digest) async throws -> ImageContent? {
        try await database.read { session in try ContentRows.content(digest, session) }
    }

    /// Whether an image has a content.
    public func isKnown(_ digest: Digest) async throws -> Bool {
        try await database.read { session in try ContentRows.exists(digest, session) }
    }
}

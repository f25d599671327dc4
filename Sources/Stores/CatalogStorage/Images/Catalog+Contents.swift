public import Domain
internal import SQL

extension Catalog {
    /// What is known of some bytes; nil if no image has them.
    public func content(_ digest: Digest) async throws -> ImageContent? {
        try await database.read { session in try ContentRows.content(digest, session) }
    }

    /// Whether any image has some bytes.
    public func isKnown(_ digest: Digest) async throws -> Bool {
        try await database.read { session in try ContentRows.exists(digest, session) }
    }
}

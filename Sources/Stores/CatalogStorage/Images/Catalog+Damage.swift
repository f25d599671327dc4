public import Domain
internal import SQL

extension Catalog {
    /// Records that a content cannot be decoded, and why; false if the content does not exist.
    ///
    /// An image says so once its own renditions could not be made: see `showRenditions`.
    @discardableResult
    public func markDamaged(_ digest: Digest, reason: String) async throws -> Bool {
        try await database.write { session in
            try session.execute("UPDATE contents SET damage = \(reason) WHERE digest = \(digest)") > 0
        }
    }

    /// Removes the record that a content cannot be decoded; false if the content does not exist.
    @discardableResult
    public func clearDamage(of digest: Digest) async throws -> Bool {
        try await database.write { session in try Self.clearDamage(of: digest, session) }
    }

    /// The images that were damaged await their renditions again.
    @discardableResult
    static func clearDamage(of digest: Digest, _ session: any SQLSession) throws -> Bool {
        try session.execute("UPDATE images SET state = 0, awaits_files = 1 WHERE digest = \(digest) AND state = 2")
        return try session.execute("UPDATE contents SET damage = NULL WHERE digest = \(digest)") > 0
    }
}

public import Domain
internal import SQL

extension Catalog {
    /// Records that a content cannot be decoded, and why; false if the content does not exist.
    @discardableResult
    public func markDamaged(_ digest: Digest, reason: String) async throws -> Bool {
        try await setDamage(of: digest, to: reason)
    }

    /// Removes the record that a content cannot be decoded; false if the content does not exist.
    @discardableResult
    public func clearDamage(of digest: Digest) async throws -> Bool {
        try await setDamage(of: digest, to: nil)
    }

    private func setDamage(of digest: Digest, to reason: String?) async throws -> Bool {
        try await database.write { session in
            let changed = try session.execute("UPDATE contents SET damage = \(reason) WHERE digest = \(digest)")
            try ContentRows.refresh(digest, session)
            return changed > 0
        }
    }
}

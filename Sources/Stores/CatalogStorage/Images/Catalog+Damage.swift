public import Domain
internal import SQL

extension Catalog {
    /// Notes that some content does not decode, and why; false if the content is not there.
    @discardableResult
    public func markDamaged(_ digest: Digest, reason: String) async throws -> Bool {
        try await setDamage(of: digest, to: reason)
    }

    /// Forgets that some content did not decode; false if the content is not there.
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

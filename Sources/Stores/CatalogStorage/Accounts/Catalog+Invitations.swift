public import Domain
internal import SQL

extension Catalog {
    /// Adds an invitation, of which only the digest is stored. Removes expired ones.
    public func addInvitation(
        _ id: InvitationID, digest: Digest, by creator: AccountID, expires: Timestamp, now: Timestamp = .now
    ) async throws {
        try await database.write { session in
            try session.execute("DELETE FROM invitations WHERE expires <= \(now)")
            try session.execute(
                """
                INSERT INTO invitations (id, digest, creator, date_created, expires)
                VALUES (\(id), \(digest), \(creator), \(now), \(expires))
                """)
        }
    }
}

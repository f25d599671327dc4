public import Domain
internal import SQL

extension Catalog {
    /// Adds an account that can own images.
    ///
    /// - Throws: `CatalogError` with the code `handleTaken`.
    public func addAccount(_ id: AccountID, handle: String, now: Timestamp = .now) async throws {
        try await database.write { session in
            guard try !session.exists("SELECT 1 FROM accounts WHERE handle_key = \(handle.lowercased())") else {
                throw CatalogError(.handleTaken, "another account has this handle")
            }
            try session.execute(
                """
                INSERT INTO accounts (id, handle, handle_key, date_created)
                VALUES (\(id), \(handle), \(handle.lowercased()), \(now))
                """)
        }
    }

    /// The account of a handle.
    public func account(handle: String) async throws -> AccountID? {
        try await database.read { session in
            try session.first("SELECT id FROM accounts WHERE handle = \(handle)") { try $0.identity(0) }
        }
    }
}

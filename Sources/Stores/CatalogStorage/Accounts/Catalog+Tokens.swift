public import Domain
internal import SQL

extension Catalog {
    /// Adds a token, of which only the digest is stored.
    public func addToken(_ token: APIToken, digest: Digest) async throws {
        let scopes = token.scopes.sorted().map(\.rawValue).joined(separator: " ")
        try await database.write { session in
            try session.execute(
                """
                INSERT INTO tokens (id, account, name, digest, scopes, date_created, expires,
                    quota_bytes)
                VALUES (\(token.id), \(token.account), \(token.name), \(digest), \(scopes), \(token.dateCreated),
                    \(token.expires), \(token.quotaBytes))
                """)
        }
    }

    /// The tokens of an account, oldest first, at most 1000.
    public func tokens(of account: AccountID) async throws -> [APIToken] {
        try await database.read { session in
            try session.all(
                "SELECT \(sql: Self.tokenColumns) FROM tokens WHERE account = \(account) ORDER BY id LIMIT 1000",
                Self.readToken)
        }
    }

    /// The token with a digest and its account, even if the token has expired; nil if the account is disabled.
    public func token(_ digest: Digest) async throws -> (token: APIToken, account: Account)? {
        try await database.read { session in
            let token = try session.first(
                "SELECT \(sql: Self.tokenColumns) FROM tokens WHERE digest = \(digest)", Self.readToken)
            guard let token, let account = try AccountRows.account(token.account, session), !account.isDisabled else {
                return nil
            }
            return (token, account)
        }
    }

    /// Records when a token was last used.
    public func touchToken(_ id: TokenID, at time: Timestamp) async throws {
        try await database.write { session in
            try session.execute("UPDATE tokens SET date_used = \(time) WHERE id = \(id)")
        }
    }

    /// Removes a token of an account; false if the account has no such token.
    public func deleteToken(_ id: TokenID, of account: AccountID) async throws -> Bool {
        try await database.write { session in
            try session.execute("DELETE FROM tokens WHERE id = \(id) AND account = \(account)") > 0
        }
    }

    private static let tokenColumns: SQLQuery =
        "tokens.id, tokens.account, tokens.name, tokens.scopes, tokens.date_created, tokens.date_used, tokens.expires, tokens.quota_bytes, tokens.bytes_used"

    private static func readToken(_ row: SQLRow) throws -> APIToken {
        let scopes = try row.text("scopes").split(separator: " ").compactMap { Scope(rawValue: String($0)) }
        return APIToken(
            id: try row.identity("id"), account: try row.identity("account"), name: try row.text("name"),
            scopes: Set(scopes), dateCreated: try row.timestamp("date_created"),
            dateUsed: try row.integerIfPresent("date_used").map(Timestamp.init(microseconds:)),
            expires: try row.integerIfPresent("expires").map(Timestamp.init(microseconds:)),
            quotaBytes: try row.integerIfPresent("quota_bytes"), bytesUsed: try row.integer("bytes_used"))
    }
}

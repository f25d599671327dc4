public import Domain
internal import SQL

extension Catalog {
    /// Adds a token, of which only the digest is stored.
    public func addToken(_ token: APIToken, digest: Digest) async throws {
        let scopes = token.scopes.sorted().map(\.rawValue).joined(separator: " ")
        try await database.write { session in
            try session.execute(
                """
                INSERT INTO tokens (id, account, name, digest, scopes, date_created, expires, quota_bytes, album,
                    shares_private, issuer)
                VALUES (\(token.id), \(token.account), \(token.name), \(digest), \(scopes), \(token.dateCreated),
                    \(token.expires), \(token.quotaBytes), \(token.album?.id.bytes), \(token.album?.sharesPrivate ?? false),
                    \(token.issuer?.bytes))
                """)
        }
    }

    /// The tokens of an account, oldest first, at most 1000; without those that were issued with another one.
    public func tokens(of account: AccountID) async throws -> [APIToken] {
        try await database.read { session in
            try session.all(
                """
                SELECT \(sql: Self.tokenColumns) FROM tokens WHERE account = \(account) AND issuer IS NULL
                ORDER BY id LIMIT 1000
                """, Self.readToken)
        }
    }

    /// How many tokens that have not expired were issued with one. Those that have expired are removed.
    public func tokenCount(issuedWith issuer: TokenID, now: Timestamp = .now) async throws -> Int64 {
        try await database.write { session in
            try session.execute("DELETE FROM tokens WHERE issuer = \(issuer) AND expires <= \(now)")
            return try session.integer("SELECT count(*) FROM tokens WHERE issuer = \(issuer)")
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
        "tokens.id, tokens.account, tokens.name, tokens.scopes, tokens.date_created, tokens.date_used, tokens.expires, tokens.quota_bytes, tokens.bytes_used, tokens.album, tokens.shares_private, tokens.issuer"

    private static func readToken(_ row: SQLRow) throws -> APIToken {
        let scopes = try row.text("scopes").split(separator: " ").compactMap { Scope(rawValue: String($0)) }
        return APIToken(
            id: try row.identity("id"), account: try row.identity("account"), name: try row.text("name"),
            scopes: Set(scopes), dateCreated: try row.timestamp("date_created"),
            dateUsed: try row.timestampIfPresent("date_used"),
            expires: try row.timestampIfPresent("expires"),
            quotaBytes: try row.integerIfPresent("quota_bytes"), bytesUsed: try row.integer("bytes_used"),
            album: try row.tokenAlbum(),
            issuer: try row.identityIfPresent("issuer", as: TokenID.self))
    }
}

extension SQLRow {
    /// The album of a token, from its columns.
    func tokenAlbum() throws -> TokenAlbum? {
        guard let album = try identityIfPresent("album", as: AlbumID.self) else { return nil }
        return TokenAlbum(id: album, sharesPrivate: try boolean("shares_private"))
    }
}

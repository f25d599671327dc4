public import Domain
internal import SQL

/// The outcome of refreshing a session.
public enum RefreshOutcome: Sendable {
    /// The session continues with the new refresh token.
    case refreshed(SessionID, Account)
    /// The session does not exist or has expired, or its account is disabled.
    case unknown
    /// The token was used before, so someone has a copy of it. The session has been ended.
    case reused
}

extension Catalog {
    /// Begins a session. Removes expired sessions, and the account's least recently used ones beyond a maximum.
    public func addSession(
        _ id: SessionID, of account: AccountID, refresh: Digest, expires: Timestamp, atMost: Int = 100,
        now: Timestamp = .now
    ) async throws {
        try await database.write { session in
            try session.execute("DELETE FROM sessions WHERE expires <= \(now)")
            try session.execute(
                """
                DELETE FROM sessions WHERE account = \(account) AND id NOT IN (
                    SELECT id FROM sessions WHERE account = \(account) ORDER BY date_used DESC LIMIT \(atMost - 1))
                """)
            try session.execute(
                """
                INSERT INTO sessions (id, account, refresh_digest, date_created, date_used, expires)
                VALUES (\(id), \(account), \(refresh), \(now), \(now), \(expires))
                """)
        }
    }

    /// The account of a session; nil if the session has ended or the account is disabled.
    public func account(ofSession id: SessionID, now: Timestamp = .now) async throws -> Account? {
        try await database.read { session in
            try session.first(
                """
                SELECT \(sql: AccountRows.columns) FROM sessions JOIN accounts ON accounts.id = sessions.account
                WHERE sessions.id = \(id) AND sessions.expires > \(now) AND accounts.is_disabled = 0
                """, AccountRows.read)
        }
    }

    /// Replaces a refresh token with the next one.
    ///
    /// - Parameter graceSeconds: how long the former token is still accepted, for a client that did not get the
    ///   response.
    public func refreshSession(
        _ former: Digest, to next: Digest, expires: Timestamp, graceSeconds: Double = 30, now: Timestamp = .now
    ) async throws -> RefreshOutcome {
        try await database.write { session in
            let found = try session.first(
                """
                SELECT id, account, refresh_digest = \(former) AS is_current, date_used FROM sessions
                WHERE (refresh_digest = \(former) OR former_digest = \(former)) AND expires > \(now)
                """
            ) { row in
                (
                    id: try row.identity("id", as: SessionID.self),
                    account: try row.identity("account", as: AccountID.self),
                    isCurrent: try row.boolean("is_current"), used: try row.timestamp("date_used")
                )
            }
            guard let found else { return .unknown }
            guard found.isCurrent || now < found.used.advanced(bySeconds: graceSeconds) else {
                try session.execute("DELETE FROM sessions WHERE id = \(found.id)")
                return .reused
            }
            guard let account = try AccountRows.account(found.account, session), !account.isDisabled else {
                return .unknown
            }
            try session.execute(
                """
                UPDATE sessions SET former_digest = \(former), refresh_digest = \(next), date_used = \(now),
                    expires = \(expires)
                WHERE id = \(found.id)
                """)
            return .refreshed(found.id, account)
        }
    }

    /// Ends a session; false if it had already ended.
    @discardableResult
    public func endSession(_ id: SessionID) async throws -> Bool {
        try await database.write { session in
            try session.execute("DELETE FROM sessions WHERE id = \(id)") > 0
        }
    }
}

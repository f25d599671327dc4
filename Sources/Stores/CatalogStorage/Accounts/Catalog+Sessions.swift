public import Domain
internal import SQL

/// The outcome of refreshing a session.
public enum RefreshOutcome: Sendable {
    /// The session continues; its valid refresh token is that of the generation.
    case refreshed(Session, Account, generation: Int64)
    /// The session does not exist or has expired, or its account is disabled.
    case unknown
    /// An earlier token was used, so someone has a copy of it. The session has been ended.
    case reused(AccountID)
}

extension Catalog {
    /// Begins a session, with the generation 1. Removes expired sessions, and the account's least recently used ones
    /// beyond a maximum.
    public func addSession(_ added: Session, atMost: Int = 100) async throws {
        try await database.write { session in
            try session.execute("DELETE FROM sessions WHERE expires <= \(added.dateCreated)")
            try session.execute(
                """
                DELETE FROM sessions WHERE account = \(added.account) AND id NOT IN (
                    SELECT id FROM sessions WHERE account = \(added.account)
                    ORDER BY date_used DESC, id DESC LIMIT \(atMost - 1))
                """)
            try session.execute(
                """
                INSERT INTO sessions (id, account, generation, user_agent, address, date_created, date_used, expires, ends)
                VALUES (\(added.id), \(added.account), 1, \(added.userAgent), \(added.address), \(added.dateCreated),
                    \(added.dateUsed), \(added.expires), \(added.ends))
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

    /// Continues a session by the refresh token of a generation (RFC 9700, section 4.14.2).
    ///
    /// - Parameters:
    ///   - expires: when the session ends unless it is refreshed again. It never outlasts its absolute end.
    ///   - graceSeconds: how long the generation before is still accepted, for a client that did not get the response.
    ///     It gets the same successor, and none once the successor was used.
    public func refreshSession(
        _ id: SessionID, generation: Int64, expires: Timestamp, graceSeconds: Double = 30, now: Timestamp = .now
    ) async throws -> RefreshOutcome {
        try await database.write { session in
            guard let (found, current) = try SessionRows.session(id, validAt: now, session), generation <= current
            else { return .unknown }
            let isRepeated = generation == current - 1 && now < found.dateUsed.advanced(bySeconds: graceSeconds)
            guard generation == current || isRepeated else {
                try session.execute("DELETE FROM sessions WHERE id = \(id)")
                return .reused(found.account)
            }
            guard let account = try AccountRows.account(found.account, session), !account.isDisabled else {
                return .unknown
            }
            if isRepeated { return .refreshed(found, account, generation: current) }
            let next = min(expires, found.ends)
            try session.execute(
                """
                UPDATE sessions SET generation = \(current + 1), date_used = \(now), expires = \(next) WHERE id = \(id)
                """)
            return .refreshed(found.refreshed(at: now, expires: next), account, generation: current + 1)
        }
    }

    /// The sessions of an account that have not ended, the last used one first.
    public func sessions(of account: AccountID, now: Timestamp = .now) async throws -> [Session] {
        try await database.read { session in
            try session.all(
                """
                SELECT \(sql: SessionRows.columns) FROM sessions WHERE account = \(account) AND expires > \(now)
                ORDER BY date_used DESC, id DESC
                """, SessionRows.read)
        }
    }

    /// Ends a session of an account; false if it had already ended.
    @discardableResult
    public func endSession(_ id: SessionID, of account: AccountID) async throws -> Bool {
        try await database.write { session in
            try session.execute("DELETE FROM sessions WHERE id = \(id) AND account = \(account)") > 0
        }
    }

    /// Ends all sessions of an account.
    ///
    /// - Returns: how many there were.
    public func endSessions(of account: AccountID) async throws -> Int {
        try await database.write { session in try session.execute("DELETE FROM sessions WHERE account = \(account)") }
    }
}

/// Rows of `sessions`.
enum SessionRows {
    static let columns: SQLQuery = "id, account, user_agent, address, date_created, date_used, expires, ends"

    static func read(_ row: SQLRow) throws -> Session {
        Session(
            id: try row.identity("id"), account: try row.identity("account"),
            userAgent: try row.textIfPresent("user_agent"), address: try row.text("address"),
            dateCreated: try row.timestamp("date_created"), dateUsed: try row.timestamp("date_used"),
            expires: try row.timestamp("expires"), ends: try row.timestamp("ends"))
    }

    /// A session that has not ended, and its generation.
    static func session(
        _ id: SessionID, validAt now: Timestamp, _ session: any SQLSession
    ) throws -> (Session, generation: Int64)? {
        try session.first(
            "SELECT \(sql: columns), generation FROM sessions WHERE id = \(id) AND expires > \(now)"
        ) { row in (try read(row), try row.integer("generation")) }
    }
}

extension Session {
    fileprivate func refreshed(at now: Timestamp, expires: Timestamp) -> Session {
        Session(
            id: id, account: account, userAgent: userAgent, address: address, dateCreated: dateCreated, dateUsed: now,
            expires: expires, ends: ends)
    }
}

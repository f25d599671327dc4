public import Domain
internal import SQL

/// An account to add.
public struct NewAccount: Sendable {
    public let id: AccountID
    public let handle: Handle
    public let role: Account.Role
    /// The hash as the password driver writes it; nil if logging in is not possible.
    public let passwordHash: String?
    /// Nil for no limit.
    public let quotaBytes: Int64?
    public let dateCreated: Timestamp

    public init(
        id: AccountID = AccountID(), handle: Handle, role: Account.Role = .member, passwordHash: String? = nil,
        quotaBytes: Int64? = nil, dateCreated: Timestamp = .now
    ) {
        (self.id, self.handle, self.role, self.passwordHash) = (id, handle, role, passwordHash)
        (self.quotaBytes, self.dateCreated) = (quotaBytes, dateCreated)
    }
}

extension Catalog {
    /// Adds an account.
    ///
    /// - Parameter condition: what must hold; nil if there is no condition.
    /// - Throws: `CatalogError` with the code `handleTaken`; `noInvitation` if the invitation does not exist or has
    ///   expired; `notFirst`.
    public func addAccount(_ account: NewAccount, on condition: AccountCondition? = nil) async throws {
        try await database.write { session in
            switch condition {
            case nil: break
            case .isFirst:
                guard try !AccountRows.canLogIn(session) else {
                    throw CatalogError(.notFirst, "another account was first")
                }
            case .invitation(let invitation):
                let used = try session.execute(
                    "DELETE FROM invitations WHERE digest = \(invitation) AND expires > \(account.dateCreated)")
                guard used == 1 else {
                    throw CatalogError(.noInvitation, "the invitation does not exist or has expired")
                }
            }
            try AccountRows.insert(account, session)
        }
    }

    public func account(_ handle: Handle) async throws -> Account? {
        try await database.read { session in try AccountRows.account(handle, session) }
    }

    public func account(_ id: AccountID) async throws -> Account? {
        try await database.read { session in try AccountRows.account(id, session) }
    }

    /// Whether any account has a password.
    public func hasAccounts() async throws -> Bool {
        try await database.read { session in
            try AccountRows.canLogIn(session)
        }
    }

    /// A page of accounts, in the order of their handles.
    ///
    /// - Parameter limit: 1 to 1000.
    /// - Throws: `CatalogError` with the code `foreignCursor`.
    public func accounts(after cursor: Cursor?, limit: Int) async throws -> Page<Account> {
        var last = ""
        if let cursor {
            guard cursor.order == "accounts", case .text(let key) = cursor.key else { throw Paging.foreign }
            last = key
        }
        let limit = min(max(1, limit), 1000)
        return try await database.read { [last] session in
            let accounts = try session.all(
                """
                SELECT \(sql: AccountRows.columns) FROM accounts WHERE handle_key > \(last)
                ORDER BY handle_key LIMIT \(limit + 1)
                """, AccountRows.read)
            let shown = Array(accounts.prefix(limit))
            let next = accounts.count > limit ? shown.last.map { $0.handle.key } : nil
            return Page(
                elements: shown, next: next.map { Cursor(order: "accounts", key: .text($0), tie: 0) })
        }
    }

    /// The account with a handle and its password hash, for checking a password.
    public func credentials(of handle: Handle) async throws -> (account: Account, passwordHash: String?)? {
        try await database.read { session in
            try session.first(
                """
                SELECT \(sql: AccountRows.columns), password FROM accounts WHERE handle_key = \(handle.key)
                """
            ) { (try AccountRows.read($0), try $0.textIfPresent("password")) }
        }
    }
}

/// What must hold when an account is added.
public enum AccountCondition: Sendable {
    /// No account can log in yet.
    case isFirst
    /// An invitation of this digest exists, and is used up.
    case invitation(Digest)
}

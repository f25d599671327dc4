internal import Domain
internal import SQL

/// Rows of `accounts`.
enum AccountRows {
    static let columns: SQLQuery = """
        accounts.id, accounts.handle, accounts.role, accounts.is_disabled, accounts.password IS NOT NULL AS has_password,
        accounts.quota_bytes, accounts.bytes_used, accounts.image_count, accounts.keeps_duplicates,
        accounts.date_created
        """

    static func account(_ id: AccountID, _ session: any SQLSession) throws -> Account? {
        try session.first("SELECT \(sql: columns) FROM accounts WHERE id = \(id)", read)
    }

    static func account(_ handle: Handle, _ session: any SQLSession) throws -> Account? {
        try session.first("SELECT \(sql: columns) FROM accounts WHERE handle_key = \(handle.key)", read)
    }

    static func read(_ row: SQLRow) throws -> Account {
        guard let handle = Handle(try row.text("handle")) else { throw row.malformed("handle") }
        return Account(
            id: try row.identity("id"), handle: handle, role: try row.word("role"),
            isDisabled: try row.boolean("is_disabled"), hasPassword: try row.boolean("has_password"),
            quotaBytes: try row.integerIfPresent("quota_bytes"), bytesUsed: try row.integer("bytes_used"),
            imageCount: try row.integer("image_count"),
            keepsDuplicates: try row.boolean("keeps_duplicates"), dateCreated: try row.timestamp("date_created"))
    }

    /// Whether an account takes the same bytes again for the image that it has.
    ///
    /// - Parameter id: an expression.
    static func mergesDuplicates(_ id: SQLQuery) -> SQLQuery {
        "NOT EXISTS (SELECT 1 FROM accounts WHERE accounts.id = \(sql: id) AND accounts.keeps_duplicates = 1)"
    }

    /// Whether any account has a password.
    static func canLogIn(_ session: any SQLSession) throws -> Bool {
        try session.exists("SELECT 1 FROM accounts WHERE password IS NOT NULL LIMIT 1")
    }

    static func insert(_ account: NewAccount, _ session: any SQLSession) throws {
        guard try !session.exists("SELECT 1 FROM accounts WHERE handle_key = \(account.handle.key)") else {
            throw CatalogError(.handleTaken, "another account has this handle")
        }
        try session.execute(
            """
            INSERT INTO accounts (id, handle, handle_key, role, password, quota_bytes, date_created)
            VALUES (\(account.id), \(account.handle.description), \(account.handle.key), \(account.role),
                \(account.passwordHash), \(account.quotaBytes), \(account.dateCreated))
            """)
    }

    /// Removes the sessions and tokens of an account, so that its user has to log in again.
    static func endAccess(of id: AccountID, _ session: any SQLSession) throws {
        try session.execute("DELETE FROM sessions WHERE account = \(id)")
        try session.execute("DELETE FROM tokens WHERE account = \(id)")
    }
}

extension Account {
    /// - Throws: `CatalogError` with the code `quotaExceeded` if the quota does not leave so many bytes.
    func requireRoom(for bytes: Int64) throws(CatalogError) {
        guard let left = bytesLeft, left < bytes else { return }
        throw CatalogError(.quotaExceeded(bytesLeft: left), "the account has reached its quota")
    }
}

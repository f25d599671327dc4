internal import CSQLite
internal import SQL

/// One connection with its prepared statements, used by one thread only.
final class SQLiteConnection: SQLSession {
    enum Role: Equatable {
        case writer, reader
        /// Changes nothing, not even the log. If nobody else has the database open, no file is made beside it.
        case inspector(isUnused: Bool)
    }

    private let handle: OpaquePointer
    private let statements: StatementCache

    /// Opens the database; the writer creates it if it does not exist.
    init(_ configuration: SQLiteConfiguration, as role: Role) throws(DatabaseError) {
        // No mutex: a connection never leaves its thread.
        let flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        var opened: OpaquePointer?
        let code =
            switch role {
            case .writer:
                sqlite3_open_v2(
                    configuration.path, &opened, flags | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil)
            case .reader: sqlite3_open_v2(configuration.path, &opened, flags | SQLITE_OPEN_READWRITE, nil)
            case .inspector(let isUnused):
                sqlite3_open_v2(
                    Self.address(of: configuration.path, isUnused: isUnused), &opened,
                    flags | SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nil)
            }
        guard let opened else { throw DatabaseError(.io, "no memory to open the database") }
        handle = opened
        statements = StatementCache(capacity: configuration.statements)
        try check(code, on: handle)
        try check(sqlite3_busy_timeout(handle, Int32(clamping: configuration.busyTimeout)), on: handle)
        for pragma in ConnectionPragmas.all(for: role, configuration) { try run(pragma) }
    }

    /// The path as a URI (sqlite.org/uri.html).
    private static func address(of path: String, isUnused: Bool) -> String {
        let escaped = path.replacing("%", with: "%25").replacing("?", with: "%3f").replacing("#", with: "%23")
        return "file:" + escaped + (isUnused ? "?immutable=1" : "")
    }

    deinit {
        statements.removeAll()
        // This cannot fail once every statement is finalised. A failure would leak only this handle.
        sqlite3_close_v2(handle)
    }

    /// Whether a transaction is open. SQLite ends it after some errors, such as a full disk.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    @discardableResult
    func execute(_ query: SQLQuery) throws(DatabaseError) -> Int {
        let statement = try statement(query.text)
        defer { statements.put(statement) }
        try statement.bind(query.values)
        while try statement.step() {}
        return Int(sqlite3_changes64(handle))
    }

    func scan(_ query: SQLQuery, _ body: (SQLRow) throws -> Bool) throws {
        let statement = try statement(query.text)
        defer { statements.put(statement) }
        try statement.bind(query.values)
        let row = SQLRow(statement)
        while try statement.step() {
            guard try body(row) else { return }
        }
    }

    private func statement(_ sql: String) throws(DatabaseError) -> Statement {
        if let cached = statements.take(sql) { return cached }
        return try Statement(sql, on: handle)
    }

    /// The index of the write-ahead log in the memory that all processes share; nil if there is none. It is valid as long
    /// as the connection.
    func walIndex() throws(DatabaseError) -> UnsafeRawPointer? {
        // The first read maps the index.
        try run("SELECT count(*) FROM sqlite_schema")
        return tintype_wal_index(handle)
    }

    /// Runs a statement of this target that binds no values, such as a pragma, and ignores its rows.
    func run(_ sql: String) throws(DatabaseError) {
        let statement = try Statement(sql, on: handle)
        while try statement.step() {}
    }
}

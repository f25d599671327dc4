internal import Glibc
public import SQL

/// A look at a database that changes nothing, also beside processes that use it.
public enum SQLiteInspection {
    /// Reads a database by a connection that is closed afterwards.
    ///
    /// - Throws: `DatabaseError`: `io` if it cannot be opened, `corrupt` if it is not a database; what the body throws.
    public static func read<Result>(path: String, _ body: (any SQLSession) throws -> Result) throws -> Result {
        // Nobody has the database open if it has no log: SQLite would make the log's files anew.
        let role = SQLiteConnection.Role.inspector(isUnused: !hasLog(path))
        return try body(try SQLiteConnection(SQLiteConfiguration(path: path), as: role))
    }

    private static func hasLog(_ path: String) -> Bool {
        var status = stat()
        return stat(path + "-wal", &status) == 0 && status.st_size > 0
    }
}

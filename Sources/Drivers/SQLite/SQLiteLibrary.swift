internal import CSQLite

/// SQLite itself.
public enum SQLiteLibrary {
    /// The version of the library that is loaded, such as `3.40.1`.
    public static var version: String { sqlite3_libversion().map { String(cString: $0) } ?? "" }
}

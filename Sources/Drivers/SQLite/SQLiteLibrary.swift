internal import CSQLite

/// SQLite itself.
public enum SQLiteLibrary {
    /// The version of the library that is loaded, such as `3.40.1`.
    public static var version: String { sqlite3_libversion().map { String(cString: $0) } ?? "" }

    /// Prepares the library, once in the process; false if something else has used it before.
    ///
    /// The former pages of a savepoint stay in memory up to 1 MiB. Every write of a group has a savepoint, and adding an
    /// image changes more pages than the usual 64 KiB hold: each would create and delete a file of its own.
    @discardableResult
    static func prepare() -> Bool { isPrepared }

    private static let isPrepared = tintype_spill_savepoints_beyond(1 << 20) == SQLITE_OK
}

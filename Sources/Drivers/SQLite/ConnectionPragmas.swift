/// What a connection begins with, as SQL.
enum ConnectionPragmas {
    static func all(for role: SQLiteConnection.Role, _ configuration: SQLiteConfiguration) -> [String] {
        let common = [
            "PRAGMA foreign_keys = ON",
            "PRAGMA trusted_schema = OFF",
        ]
        switch role {
        case .writer: return common + writer(configuration)
        case .inspector: return common + ["PRAGMA query_only = ON"]
        case .reader:
            return common + [
                "PRAGMA temp_store = MEMORY",
                "PRAGMA cache_size = -\(configuration.readerCache / 1024)",
                "PRAGMA mmap_size = \(configuration.mappedBytes)",
                "PRAGMA query_only = ON",
            ]
        }
    }

    /// Where a transaction keeps temporary data, above all the former pages of its savepoints.
    ///
    /// Usually in memory: each write of a group has a savepoint, and adding an image changes more pages than SQLite keeps
    /// before it creates a file. What changes most of the database would need as much memory.
    static func temporaryData(inFiles: Bool) -> String {
        inFiles ? "PRAGMA temp_store = FILE" : "PRAGMA temp_store = MEMORY"
    }

    private static func writer(_ configuration: SQLiteConfiguration) -> [String] {
        var pragmas = [
            "PRAGMA journal_mode = WAL",
            // Every commit is synced, so that an acknowledged upload survives a power failure.
            "PRAGMA synchronous = FULL",
            "PRAGMA cache_size = -\(configuration.writerCache / 1024)",
            // A checkpoint at 16 MB of log, which keeps at most 64 MB on disk after a burst.
            "PRAGMA wal_autocheckpoint = 4000",
            "PRAGMA journal_size_limit = \(64 << 20)",
            // Debian's library overwrites deleted data by default. FAST does so only if it needs no extra writes.
            "PRAGMA secure_delete = FAST",
            // Statistics of a database that was small choose plans that take minutes once it is large. Without any, a plan
            // follows from the schema alone, and is the one that was tried.
            "DROP TABLE IF EXISTS sqlite_stat1",
        ]
        if let bytes = configuration.maximumBytes {
            pragmas.append("PRAGMA max_page_count = \(max(1, bytes / 4096))")
        }
        return pragmas
    }
}

internal import CSQLite
internal import Runtime
internal import SQL

/// A connection that tells whether anybody has committed.
///
/// It compares the head of the write-ahead log's index, as SQLite itself does to find out whether its pages are still
/// valid: all processes share it in memory, each commit changes it before it returns, and reading it takes some
/// nanoseconds (https://www.sqlite.org/walformat.html, section 2.3.1). `PRAGMA data_version` reads the same, and costs
/// two locks of the file.
struct VersionReader: Sendable {
    private enum State {
        case unopened
        /// The address is valid as long as the connection is open.
        case open(SQLiteConnection, index: UInt)
        case closed
    }

    private let configuration: SQLiteConfiguration
    private let state = Locked(State.unopened)

    init(_ configuration: SQLiteConfiguration) { self.configuration = configuration }

    func version() throws -> Int64 {
        try state.withLock { state in
            switch state {
            case .open(_, let index): return tintype_wal_version(UnsafeRawPointer(bitPattern: index))
            case .closed: throw DatabaseError(.closed, "the database is closed")
            case .unopened:
                let connection = try SQLiteConnection(configuration, as: .reader)
                guard let index = try connection.walIndex() else {
                    throw DatabaseError(.io, "the index of the write-ahead log is not in shared memory")
                }
                state = .open(connection, index: UInt(bitPattern: index))
                return tintype_wal_version(index)
            }
        }
    }

    func close() { state.withLock { $0 = .closed } }
}

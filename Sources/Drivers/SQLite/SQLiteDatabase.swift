internal import Runtime
public import SQL

/// An SQLite file with one writer that commits in groups, and readers that it never blocks (write-ahead log).
///
/// It must be closed: its threads run until then.
public final class SQLiteDatabase: Database {
    private let writer: Writer
    private let readers: BlockingPool<Reader>
    private let versions: VersionReader

    /// Opens or creates the file, and checks that it is writable.
    ///
    /// - Throws: `DatabaseError`: `io` if it cannot be opened, `corrupt` if it is not a database.
    public static func open(_ configuration: SQLiteConfiguration) async throws -> SQLiteDatabase {
        let database = SQLiteDatabase(configuration)
        do {
            try await database.write { _ in }
            // Opens its connection on a thread that may block.
            _ = try await database.readers.run { [versions = database.versions] _ in try versions.version() }
            return database
        } catch {
            await database.close()
            throw error
        }
    }

    private init(_ configuration: SQLiteConfiguration) {
        writer = Writer(configuration)
        versions = VersionReader(configuration)
        readers = BlockingPool(
            name: "SQLite readers", threads: configuration.readers, queue: configuration.readQueue
        ) { Reader(configuration) }
    }

    public var dialect: Dialect { .sqlite }

    /// The commits so far.
    public var commits: CommitCounters { writer.commits }

    /// The writes that wait for the next commit.
    var queuedWrites: Int { writer.queuedWrites }

    public func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        do {
            return try await readers.run { reader in try reader.read(body) }
        } catch is PoolOverloaded {
            throw DatabaseError(.overloaded, "too many reads are in the queue")
        }
    }

    @discardableResult
    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        try await writer.write(body)
    }

    @discardableResult
    public func writeAlone<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        try await writer.write(isAlone: true, body)
    }

    public func version() throws -> Int64 { try versions.version() }

    public func check() async throws -> [String] {
        try await read { session in
            try session.all("PRAGMA quick_check(100)") { row in try row.text(0) }.filter { $0 != "ok" }
        }
    }

    public func close() async {
        // Readers first, so that none of them uses the log during the writer's last checkpoint.
        await readers.close()
        versions.close()
        await writer.close()
    }
}

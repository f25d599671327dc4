internal import Runtime
public import SQL

/// A SQLite file: one writer that commits in groups, and readers that it never holds up (write-ahead log).
///
/// It must be closed; until then its threads live.
public final class SQLiteDatabase: Database {
    private let writer: Writer
    private let readers: BlockingPool<Reader>

    /// Opens the file, or makes it, and proves that it can be written.
    ///
    /// - Throws: `DatabaseError`: `io` if it cannot be opened, `corrupt` if it is no database.
    public static func open(_ configuration: SQLiteConfiguration) async throws -> SQLiteDatabase {
        let database = SQLiteDatabase(configuration)
        do {
            try await database.write { _ in }
            return database
        } catch {
            await database.close()
            throw error
        }
    }

    private init(_ configuration: SQLiteConfiguration) {
        writer = Writer(configuration)
        readers = BlockingPool(
            name: "SQLite readers", threads: configuration.readers, queue: configuration.readQueue
        ) { Reader(configuration) }
    }

    public var dialect: Dialect { .sqlite }

    /// What has been committed so far.
    public var commits: CommitCounters { writer.commits }

    /// How many reads wait, and how many run.

    public func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        do {
            return try await readers.run { reader in try reader.read(body) }
        } catch is PoolOverloaded {
            throw DatabaseError(.overloaded, "too many reads wait")
        }
    }

    @discardableResult
    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        try await writer.write(body)
    }

    public func check() async throws -> [String] {
        try await read { session in
            try session.all("PRAGMA quick_check(100)") { row in try row.text(0) }.filter { $0 != "ok" }
        }
    }

    public func close() async {
        // Readers first: the writer's last checkpoint then finds nobody in the log.
        await readers.close()
        await writer.close()
    }
}

internal import SQL

/// The connection of a reading thread, opened on first use.
struct Reader {
    private let configuration: SQLiteConfiguration
    private var connection: SQLiteConnection?

    init(_ configuration: SQLiteConfiguration) { self.configuration = configuration }

    /// Runs `body` with a snapshot of the database.
    mutating func read<Result>(_ body: (any SQLSession) throws -> Result) throws -> Result {
        let connection = try self.connection ?? SQLiteConnection(configuration, as: .reader)
        self.connection = connection
        try connection.execute("BEGIN")
        do {
            let result = try body(connection)
            try connection.execute("COMMIT")
            return result
        } catch {
            // A connection that cannot end its transaction is replaced.
            if connection.isInTransaction, (try? connection.execute("ROLLBACK")) == nil { self.connection = nil }
            throw error
        }
    }
}

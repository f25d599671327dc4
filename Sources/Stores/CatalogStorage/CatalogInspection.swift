public import SQL

/// What can be seen of a catalogue without opening it, which might convert it.
public struct CatalogInspection: Sendable {
    /// The number of its last migration; 0 if it has none.
    public let schema: Int64
    /// The last migration that this version knows.
    public let latestSchema: Int64
    /// What is wrong with the database, in the words of a quick check; empty if it is whole.
    public let defects: [String]

    /// Reads an SQLite database.
    ///
    /// - Throws: `DatabaseError`, with the code `corrupt` if it is none.
    public init(of session: any SQLSession) throws {
        let migrations = CatalogDialect.sqlite.schema.migrations
        latestSchema = migrations.last?.number ?? 0
        let hasMigrations = try session.exists("SELECT 1 FROM sqlite_schema WHERE name = 'migrations'")
        schema =
            hasMigrations ? try session.integer("SELECT coalesce(max(number), 0) FROM migrations") : 0
        defects = try session.all("PRAGMA quick_check(10)") { row in try row.text(0) }.filter { $0 != "ok" }
    }
}

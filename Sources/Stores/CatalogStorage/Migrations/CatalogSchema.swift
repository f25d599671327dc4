internal import Domain
internal import SQL

/// How the schema of a database is created and brought up to date.
struct CatalogSchema: Sendable {
    /// Creates the table of applied migrations unless it exists.
    let migrationsTable: SQLQuery
    /// Converts a catalogue whose schema is older than the first migration; leaves any other unchanged.
    let convertFormer: @Sendable (_ session: any SQLSession, _ time: Timestamp) throws -> Void
    /// All migrations, in their order.
    let migrations: [Migration]
}

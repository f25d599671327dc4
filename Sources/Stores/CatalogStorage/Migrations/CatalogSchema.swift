internal import Domain
internal import SQL

/// How a database's schema is made and brought up to date.
struct CatalogSchema: Sendable {
    /// Makes the table that notes which migrations have been applied, unless it exists.
    let migrationsTable: SQLQuery
    /// Converts a catalogue whose schema is older than the first migration; does nothing with any other.
    let convertFormer: @Sendable (_ session: any SQLSession, _ time: Timestamp) throws -> Void
    /// All migrations, in their order.
    let migrations: [Migration]
}

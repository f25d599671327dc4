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

/// One step of the schema. It is never changed once it has been released.
struct Migration: Sendable {
    /// 1 for the first, without gaps.
    let number: Int64
    /// A short description of what it does.
    let name: String
    let statements: [SQLQuery]
    /// What is done after the statements, for what SQL cannot express.
    var convert: @Sendable (_ session: any SQLSession) throws -> Void = { _ in }
}

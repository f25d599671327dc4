internal import Domain
public import SQL

/// What is known of images, contents, files, accounts and jobs.
///
/// Every verb is one transaction, and throws `DatabaseError` or `CancellationError` beside what it names itself. One that
/// writes returns when its changes are on stable storage.
public struct Catalog: Sendable {
    let database: any Database
    let dialect: CatalogDialect

    /// Opens the catalogue in a database, and brings its schema up to date.
    ///
    /// - Throws: `DatabaseError` with the code `newerSchema` if the catalogue is of a newer version.
    public static func open(in database: any Database) async throws -> Catalog {
        try await open(in: database, CatalogDialect.of(database.dialect))
    }

    static func open(in database: any Database, _ dialect: CatalogDialect) async throws -> Catalog {
        try await database.write { session in try Migrator.migrate(session, to: dialect.schema, at: .now) }
        return Catalog(database: database, dialect: dialect)
    }

    /// Finishes the work that waits, and closes the database.
    public func close() async { await database.close() }

    /// Examines the stored form of the database, and answers what is wrong with it: nothing if all is well.
    public func integrityCheck() async throws -> [String] { try await database.check() }
}

public import Domain
public import Runtime
public import SQL

/// The record of all images, contents, files, accounts, jobs and archives.
///
/// Every method is one transaction. It throws `DatabaseError` or `CancellationError` in addition to the errors that it
/// documents. A method that writes returns when its changes are on stable storage.
public struct Catalog: Sendable {
    let database: any Database
    let dialect: CatalogDialect
    /// Signals that this process has written something.
    public let commits: ChangeSignal
    /// What others get of public images.
    public private(set) var publicDefaults = PublicDefaults()

    /// Opens the catalogue in a database and brings its schema up to date.
    ///
    /// - Throws: `DatabaseError` with the code `newerSchema` if a newer version of this software wrote the catalogue.
    public static func open(in database: any Database) async throws -> Catalog {
        try await open(in: database, CatalogDialect.of(database.dialect))
    }

    /// The same catalogue, with other defaults for what others get of public images.
    public func with(_ defaults: PublicDefaults) -> Catalog {
        var catalog = self
        catalog.publicDefaults = defaults
        return catalog
    }

    static func open(in database: any Database, _ dialect: CatalogDialect) async throws -> Catalog {
        try await database.writeAlone { session in try Migrator.migrate(session, to: dialect.schema, at: .now) }
        let commits = ChangeSignal()
        return Catalog(
            database: SignallingDatabase(database: database, commits: commits), dialect: dialect, commits: commits)
    }

    /// The catalogue's version now; it waits for nothing.
    public func version() throws -> CatalogVersion { CatalogVersion(number: try database.version()) }

    /// Finishes the work in the queue and closes the database.
    public func close() async { await database.close() }

    /// Checks the integrity of the stored database and returns the problems that it finds.
    public func integrityCheck() async throws -> [String] { try await database.check() }
}

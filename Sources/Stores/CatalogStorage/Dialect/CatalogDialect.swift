internal import SQL

/// The SQL of the catalogue that databases do not have in common. Every other statement is understood by all of them.
///
/// Another database adds files beside those that end in `+SQLite.swift`, and a case to `of(_:)`
/// (`docs/decisions/0037`).
struct CatalogDialect: Sendable {
    let schema: CatalogSchema
    let words: any WordIndex
    let places: any PlaceIndex
    let hints: PlannerHints
    /// The year of a column that holds seconds since 1970, as text of four digits.
    let year: @Sendable (_ column: SQLQuery) -> SQLQuery

    /// - Throws: `DatabaseError` with the code `misuse` if the catalogue cannot be kept in such a database.
    static func of(_ dialect: Dialect) throws(DatabaseError) -> CatalogDialect {
        switch dialect {
        case .sqlite: .sqlite
        case .postgres: throw DatabaseError(.misuse, "the catalogue has no schema for this database")
        }
    }
}

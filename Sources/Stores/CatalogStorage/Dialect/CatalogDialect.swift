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
    /// Takes a sequence that no image has had, nor will have.
    let nextImageSequence: @Sendable (any SQLSession) throws -> Int64
    /// The numbers of a column that holds a JSON array of them, to follow an ordered join: as `elements.value`, with
    /// their places as `elements.key`.
    let elements: @Sendable (_ column: SQLQuery) -> SQLQuery

    /// - Throws: `DatabaseError` with the code `misuse` if the catalogue cannot be kept in such a database.
    static func of(_ dialect: Dialect) throws(DatabaseError) -> CatalogDialect {
        switch dialect {
        case .sqlite: .sqlite
        case .postgres: throw DatabaseError(.misuse, "the catalogue has no schema for this database")
        }
    }
}

/// What a query tells the planner: hints change how fast rows are found, never which rows.
struct PlannerHints: Sendable {
    /// An inner join that reads the table on its left first; `ON` and a condition follow the table on its right.
    let orderedJoin: SQLQuery
    /// Stands between the name of a common table expression and its query, which is then evaluated once.
    let materialized: SQLQuery
    /// A column without its indexes.
    let hidden: @Sendable (_ column: SQLQuery) -> SQLQuery
}

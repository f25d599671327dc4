internal import SQL

/// One step of the schema. It is never changed once it has been released.
struct Migration: Sendable {
    /// 1 for the first, without gaps.
    let number: Int64
    /// What it does, in a few words.
    let name: String
    let statements: [SQLQuery]

    /// All migrations for a database, in their order.
    static func all(for dialect: Dialect) throws -> [Migration] {
        switch dialect {
        case .sqlite: [.createSchema]
        case .postgres: throw DatabaseError(.misuse, "the catalogue has no schema for this database")
        }
    }
}

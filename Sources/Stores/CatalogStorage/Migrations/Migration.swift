internal import SQL

/// One step of the schema, never changed once it has been released.
struct Migration: Sendable {
    /// 1 for the first, without gaps.
    let number: Int64
    /// What it does, in a few words.
    let name: String
    let statements: [SQLQuery]
    /// Moves what is there into the new schema, where SQL alone cannot: in bounded memory, within the migration's
    /// transaction.
    var fill: (@Sendable (any SQLSession) throws -> Void)?
    /// What is made after that, such as indexes.
    var ending: [SQLQuery] = []

    /// All of them for a database, in their order.
    static func all(for dialect: Dialect) throws -> [Migration] {
        switch dialect {
        case .sqlite:
            [
                .createImages, .createSearchIndex, .createJobs, .createAccounts, .extendSearch, .createArchives,
                .compressByJob,
            ]
        case .postgres: throw DatabaseError(.misuse, "the catalogue has no schema for this database")
        }
    }
}

internal import SQL

/// One step of the schema. It is never changed once it has been released.
struct Migration: Sendable {
    /// 1 for the first, without gaps.
    let number: Int64
    /// What it does, in a few words.
    let name: String
    let statements: [SQLQuery]
}

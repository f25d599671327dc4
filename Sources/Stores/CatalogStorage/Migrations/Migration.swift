internal import SQL

/// One step of the schema. It is never changed once it has been released.
struct Migration: Sendable {
    /// 1 for the first, without gaps.
    let number: Int64
    /// A short description of what it does.
    let name: String
    let statements: [SQLQuery]
}

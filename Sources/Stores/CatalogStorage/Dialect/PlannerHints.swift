internal import SQL

/// What a query tells the planner: hints change how fast rows are found, never which rows.
struct PlannerHints: Sendable {
    /// An inner join that reads the table on its left first; `ON` and a condition follow the table on its right.
    let orderedJoin: SQLQuery
    /// Stands between the name of a common table expression and its query, which is then evaluated once.
    let materialized: SQLQuery
    /// A column without its indexes.
    let hidden: @Sendable (_ column: SQLQuery) -> SQLQuery
}

internal import SQL

extension CatalogDialect {
    static let sqlite = CatalogDialect(
        schema: .sqlite, words: SQLiteWordIndex(), places: SQLitePlaceIndex(), hints: .sqlite,
        year: { column in "strftime('%Y', \(sql: column) / 1000.0, 'unixepoch')" },
        nextImageSequence: { session in
            // sqlite.org/autoinc.html
            try session.integer("UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'images' RETURNING seq")
        },
        elements: { column in "json_each(\(sql: column)) AS elements" })
}

extension PlannerHints {
    /// SQLite never reorders a cross join, and uses no index for a column with a unary plus, which changes nothing else
    /// (sqlite.org/optoverview.html).
    static let sqlite = PlannerHints(
        orderedJoin: "CROSS JOIN", materialized: "AS MATERIALIZED", hidden: { column in "+\(sql: column)" })
}

internal import Domain
internal import SQL

/// How the images of one part of the audience are found.
struct AccessPlan {
    let conditions: SearchConditions
    let key: SortKey
    let path: AccessPath
    let probesIndex: Bool
    /// The part of the audience.
    let part: SQLQuery
    /// The sequences that the search is limited to; nil for all.
    let window: ClosedRange<Int64>?
    /// How to look for common words; nil if they are gathered.
    let probe: WordProbe?
    let dialect: CatalogDialect

    /// The column that holds the sequence of an image.
    var sequence: SQLQuery { path.sequence(dialect) }

    /// The first hits of a key range: id, sequence, sort key.
    func query(_ keyRange: SQLQuery, limit: Int) -> SQLQuery { query(keyRange, filter.condition, limit) }

    /// The first images of a key range that meet all but the words, each with whether it meets these too.
    func query(_ keyRange: SQLQuery, limit: Int, probing probe: WordProbe) -> SQLQuery {
        """
        SELECT id, sequence, sort_key, \(sql: probe.holds(at: "sequence"))
        FROM (\(sql: query(keyRange, filter.withoutWords, limit))) AS candidates
        """
    }

    private var filter: SearchFilter {
        SearchFilter(
            conditions: conditions, part: part, path: path, probesIndex: probesIndex, key: key, dialect: dialect)
    }

    private func query(_ keyRange: SQLQuery, _ condition: SQLQuery, _ limit: Int) -> SQLQuery {
        """
        SELECT images.id, \(sql: sequence) AS sequence, \(sql: key.column ?? "NULL") AS sort_key
        \(sql: path.joined(part: part, dialect)) AND \(sql: keyRange) AND \(sql: condition)\(sql: bounds)
        ORDER BY \(sql: key.ordering(sequence: sequence)) LIMIT \(limit)
        """
    }

    private var bounds: SQLQuery {
        window.map { " AND images.seq BETWEEN \($0.lowerBound) AND \($0.upperBound)" } ?? ""
    }
}

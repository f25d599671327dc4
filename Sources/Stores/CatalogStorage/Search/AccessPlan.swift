internal import Domain
internal import SQL

/// How a search finds the images of one part of the audience.
struct AccessPlan {
    let conditions: SearchConditions
    let key: SortKey
    let path: AccessPath
    let probesIndex: Bool
    /// The part of the audience.
    let part: SQLQuery
    /// The sequences to which the search is limited; nil for all.
    let window: ClosedRange<Int64>?
    /// Probes images for common words; nil if the matching rows are gathered first.
    let probe: WordProbe?
    let dialect: CatalogDialect

    /// The column that holds the sequence of an image.
    var sequence: SQLQuery { path.sequence(dialect) }

    /// The query for the first hits of a key range: id, sequence, sort key.
    func query(_ keyRange: SQLQuery, limit: Int) -> SQLQuery { query(keyRange, filter.condition, limit) }

    /// The query for the first images of a key range that meet all conditions except those on words, each with whether
    /// it meets these too.
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

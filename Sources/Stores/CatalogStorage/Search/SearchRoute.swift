internal import Domain
internal import SQL

/// How the images of one part of the audience are found.
struct SearchRoute {
    let conditions: SearchConditions
    let key: SearchKey
    let driver: SearchDriver
    let isAskable: Bool
    /// The part of the audience.
    let part: SQLQuery
    /// The places to which the search is held; nil for all.
    let window: ClosedRange<Int64>?
    /// How to look for common words; nil where they are gathered.
    let probe: WordProbe?

    /// The first hits of a stretch: id, place, sort key.
    func query(_ stretch: SQLQuery, limit: Int) -> SQLQuery { query(stretch, filter.condition, limit) }

    /// The first images of a stretch that meet all but the words, each with whether it meets these too.
    func query(_ stretch: SQLQuery, limit: Int, probing probe: WordProbe) -> SQLQuery {
        """
        SELECT id, place, sort_key, \(sql: probe.holds(at: "place")) FROM (\(sql: query(stretch, filter.withoutWords, limit)))
        """
    }

    private var filter: SearchFilter {
        SearchFilter(conditions: conditions, part: part, driver: driver, isAskable: isAskable, key: key)
    }

    private func query(_ stretch: SQLQuery, _ condition: SQLQuery, _ limit: Int) -> SQLQuery {
        """
        SELECT images.id, \(sql: driver.place) AS place, \(sql: key.column ?? "NULL") AS sort_key
        \(sql: driver.joined(part: part)) AND \(sql: stretch) AND \(sql: condition)\(sql: bounds)
        ORDER BY \(sql: key.ordering(place: driver.place)) LIMIT \(limit)
        """
    }

    private var bounds: SQLQuery {
        window.map { " AND images.seq BETWEEN \($0.lowerBound) AND \($0.upperBound)" } ?? ""
    }
}

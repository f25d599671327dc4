internal import Domain
internal import SQL

/// One search, planned: walks its stretches until a page is full.
struct Search {
    /// An image on the page, before its record is read.
    struct Hit {
        let id: ImageID
        let place: Int64
        let key: CursorKey
    }

    private let criteria: SearchCriteria
    private let key: SearchKey
    private let driver: SearchDriver
    private let filter: SearchFilter
    private let session: any SQLSession

    init(_ criteria: SearchCriteria, _ audience: Audience, _ session: any SQLSession) throws {
        self.criteria = criteria
        self.session = session
        key = SearchKey(criteria)
        driver = try SearchDriver.best(for: criteria, key, session)
        filter = SearchFilter(criteria: criteria, audience: audience, driver: driver, key: key)
    }

    /// The page, each hit as `read` understands it.
    func page<Element: Sendable>(_ read: (Hit) throws -> Element?) throws -> Page<Element> {
        let limit = min(max(1, criteria.limit), 1000)
        var hits: [Hit] = []
        for stretch in try key.stretches(after: criteria.cursor, place: driver.place) where hits.count <= limit {
            hits += try session.all(query(stretch, limit: limit + 1 - hits.count), hit)
        }
        let shown = hits.prefix(limit)
        let next = hits.count > limit ? shown.last.map { Cursor(order: key.name, key: $0.key, tie: $0.place) } : nil
        return Page(elements: try shown.compactMap(read), next: next)
    }

    private func query(_ stretch: SQLQuery, limit: Int) -> SQLQuery {
        """
        SELECT images.id, \(sql: driver.place) AS place, \(sql: key.column ?? "NULL") AS sort_key
        \(sql: driver.joined(criteria)) AND \(sql: stretch) AND \(sql: filter.condition)
        ORDER BY \(sql: key.ordering(place: driver.place)) LIMIT \(limit)
        """
    }

    private func hit(_ row: SQLRow) throws -> Hit {
        Hit(id: try row.identity(0), place: try row.integer(1), key: try key.read(row, 2))
    }
}

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

    /// How the images of one part of the audience are found.
    private struct Route {
        let driver: SearchDriver
        let key: SearchKey
        let part: SQLQuery
        let filter: SQLQuery
    }

    private let limit: Int
    private let cursor: Cursor?
    private let key: SearchKey
    private let routes: [Route]
    private let bounds: SQLQuery
    private let session: any SQLSession

    /// - Parameter window: the places to which the search is held; nil for all.
    init(
        _ criteria: SearchCriteria, _ audience: Audience, within window: ClosedRange<Int64>? = nil,
        _ session: any SQLSession
    ) throws {
        self.session = session
        bounds = window.map { " AND images.seq BETWEEN \($0.lowerBound) AND \($0.upperBound)" } ?? ""
        (limit, cursor) = (min(max(1, criteria.limit), 1000), criteria.cursor)
        let conditions = SearchConditions(criteria)
        let key = SearchKey(criteria.order, conditions)
        self.key = key
        routes = try audience.parts.map { part in
            let driver = try SearchDriver.best(for: conditions, key, part: part, session)
            let filter = SearchFilter(
                conditions: conditions, formats: criteria.formats, part: part, driver: driver, key: key)
            return Route(driver: driver, key: key.hidden(behind: driver), part: part, filter: filter.condition)
        }
    }

    /// The page, each hit as `read` understands it.
    func page<Element: Sendable>(_ read: (Hit) throws -> Element?) throws -> Page<Element> {
        let hits = try hits(upTo: limit + 1)
        let shown = hits.prefix(limit)
        let next = hits.count > limit ? shown.last.map { Cursor(order: key.name, key: $0.key, tie: $0.place) } : nil
        return Page(elements: try shown.compactMap(read), next: next)
    }

    /// The first hits behind the cursor, in their order.
    func hits(upTo count: Int) throws -> [Hit] {
        var all: [Hit] = []
        for route in routes {
            var found: [Hit] = []
            for stretch in try route.key.stretches(after: cursor, place: route.driver.place) where found.count < count {
                found += try session.all(query(route, stretch, limit: count - found.count), hit)
            }
            all = all.isEmpty ? found : SearchMerge.merged(all, found, key)
        }
        return Array(all.prefix(count))
    }

    private func query(_ route: Route, _ stretch: SQLQuery, limit: Int) -> SQLQuery {
        """
        SELECT images.id, \(sql: route.driver.place) AS place, \(sql: route.key.column ?? "NULL") AS sort_key
        \(sql: route.driver.joined(part: route.part)) AND \(sql: stretch) AND \(sql: route.filter)\(sql: bounds)
        ORDER BY \(sql: route.key.ordering(place: route.driver.place)) LIMIT \(limit)
        """
    }

    private func hit(_ row: SQLRow) throws -> Hit {
        Hit(id: try row.identity(0), place: try row.integer(1), key: try key.read(row, 2))
    }
}

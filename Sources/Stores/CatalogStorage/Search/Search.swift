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

    private let limit: Int
    private let cursor: Cursor?
    private let key: SearchKey
    private let routes: [SearchRoute]
    private let session: any SQLSession

    /// - Parameter window: the places to which the search is held; nil for all.
    init(
        _ criteria: SearchCriteria, _ audience: Audience, within window: ClosedRange<Int64>? = nil,
        _ session: any SQLSession
    ) throws {
        self.session = session
        (limit, cursor) = (min(max(1, criteria.limit), 1000), criteria.cursor)
        let conditions = SearchConditions(criteria)
        let key = SearchKey(criteria.order, conditions)
        self.key = key
        routes = try audience.parts.map { part in
            let (driver, isAskable) = try SearchDriver.best(for: conditions, key, part: part, session)
            return SearchRoute(
                conditions: conditions, key: key.hidden(behind: driver), driver: driver, isAskable: isAskable,
                part: part,
                window: window, probe: driver == .order ? try WordProbe(ifCommon: conditions, session) : nil)
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
                found += try hits(of: route, in: stretch, upTo: count - found.count)
            }
            all = all.isEmpty ? found : SearchMerge.merged(all, found, key)
        }
        return Array(all.prefix(count))
    }

    private func hits(of route: SearchRoute, in stretch: SQLQuery, upTo count: Int) throws -> [Hit] {
        if let probe = route.probe, count <= WordProbe.most,
            let found = try probed(probe, route, stretch, upTo: count)
        {
            return found
        }
        return try session.all(route.query(stretch, limit: count), hit)
    }

    /// Looks whether the first images of the stretch have the words, one after the other; nil where too few of them do.
    private func probed(
        _ probe: WordProbe, _ route: SearchRoute, _ stretch: SQLQuery, upTo count: Int
    ) throws -> [Hit]? {
        let most = count * WordProbe.tries
        var (found, tries): ([Hit], Int) = ([], 0)
        try session.scan(route.query(stretch, limit: most, probing: probe)) { row in
            tries += 1
            if try row.boolean(3) { found.append(try hit(row)) }
            return found.count < count
        }
        return found.count == count || tries < most ? found : nil
    }

    private func hit(_ row: SQLRow) throws -> Hit {
        Hit(id: try row.identity(0), place: try row.integer(1), key: try key.read(row, 2))
    }
}

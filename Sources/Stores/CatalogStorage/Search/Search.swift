internal import Domain
internal import SQL

/// A planned search: it reads its key ranges until a page is full.
struct Search {
    /// An image of the page before its record is read.
    struct Hit {
        let id: ImageID
        let sequence: Int64
        let key: CursorKey
        /// Whether it was found only by the texts that everybody sees.
        var isFoundInPublicTexts = false

        var position: ListPosition { ListPosition(key: key, sequence: sequence) }
    }

    private let limit: Int
    private let cursor: Cursor?
    let key: SortKey
    let plans: [AccessPlan]
    let session: any SQLSession

    /// - Parameter window: the sequences to which the search is limited; nil for all.
    init(
        _ criteria: SearchCriteria, _ viewers: AudienceView, within window: ClosedRange<Int64>? = nil,
        _ dialect: CatalogDialect, _ session: any SQLSession
    ) throws {
        self.session = session
        (limit, cursor) = (min(max(1, criteria.limit), 1000), criteria.cursor)
        let conditions = SearchConditions(criteria)
        let key = SortKey(criteria.order, conditions)
        self.key = key
        plans = try viewers.parts(for: conditions).map { part in
            let conditions = part.conditions
            let (path, probesIndex) = try AccessPath.best(for: conditions, key, part: part.images, dialect, session)
            return AccessPlan(
                conditions: conditions, key: path == .order ? key : key.hidden(by: dialect.hints), path: path,
                probesIndex: probesIndex, part: part.images, window: window,
                probe: path == .order ? try WordProbe(ifCommon: conditions, dialect.words, session) : nil,
                dialect: dialect)
        }
    }

    /// The page, with each hit converted by `read`.
    func page<Element: Sendable>(
        _ read: (Hit) throws -> (element: Element, bytes: Int)?
    ) throws -> Page<Element> {
        let hits = try hits(upTo: limit + 1)
        let filling = try PageFilling(hits.prefix(limit), read)
        let last = hits.count > filling.count ? hits.prefix(filling.count).last : nil
        let next = last.map { Cursor(order: key.name, key: $0.key, tie: $0.sequence) }
        return Page(elements: filling.elements, next: next)
    }

    /// The first hits after the cursor, in their order.
    func hits(upTo count: Int) throws -> [Hit] {
        var all: [Hit] = []
        for plan in plans {
            var found: [Hit] = []
            for keyRange in try plan.key.keyRanges(after: cursor, sequence: plan.sequence)
            where found.count < count {
                found += try hits(of: plan, in: keyRange, upTo: count - found.count)
            }
            if plan.conditions.words.contains(where: \.isInPublicTexts) {
                for index in found.indices { found[index].isFoundInPublicTexts = true }
            }
            all = all.isEmpty ? found : SearchMerge.merged(all, found, key)
        }
        return Array(all.prefix(count))
    }

    private func hits(of plan: AccessPlan, in keyRange: SQLQuery, upTo count: Int) throws -> [Hit] {
        if let probe = plan.probe, count <= WordProbe.hitLimit,
            let found = try probed(probe, plan, keyRange, upTo: count)
        {
            return found
        }
        return try session.all(plan.query(keyRange, limit: count), hit)
    }

    /// Probes the first images of the key range for the words, one by one; nil if too few images have them.
    private func probed(
        _ probe: WordProbe, _ plan: AccessPlan, _ keyRange: SQLQuery, upTo count: Int
    ) throws -> [Hit]? {
        let limit = count * WordProbe.probesPerHit
        var (found, probes): ([Hit], Int) = ([], 0)
        try session.scan(plan.query(keyRange, limit: limit, probing: probe)) { row in
            probes += 1
            if try row.boolean(3) { found.append(try hit(row)) }
            return found.count < count
        }
        return found.count == count || probes < limit ? found : nil
    }

    func hit(_ row: SQLRow) throws -> Hit {
        Hit(id: try row.identity(0), sequence: try row.integer(1), key: try key.read(row, 2))
    }
}

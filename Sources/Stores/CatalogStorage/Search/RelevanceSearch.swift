internal import Domain
internal import SQL

/// A search by relevance: the newest matches are ranked by their texts; the others follow, newest first.
///
/// The rank of an image depends only on its own texts, and a cursor names the sequences between which images are
/// ranked. So pages neither repeat nor lose an image if others are added (`docs/decisions/0014`).
struct RelevanceSearch {
    /// How many images are ranked. Reading and scoring their texts takes some milliseconds.
    static let ranked = 1000

    private struct Ranked {
        let hit: Search.Hit
        let score: Int64

        func isBefore(_ score: Int64, _ sequence: Int64) -> Bool { (self.score, hit.sequence) > (score, sequence) }
    }

    private let criteria: SearchCriteria
    private let viewers: AudienceView
    private let dialect: CatalogDialect
    private let session: any SQLSession
    private let limit: Int
    private let cursor: RelevanceCursor

    /// - Throws: `CatalogError` with the code `foreignCursor`.
    init(
        _ criteria: SearchCriteria, _ viewers: AudienceView, _ dialect: CatalogDialect, _ session: any SQLSession
    ) throws {
        (self.viewers, self.dialect, self.session) = (viewers, dialect, session)
        cursor = try RelevanceCursor(criteria.cursor)
        limit = min(max(1, criteria.limit), 1000)
        var criteria = criteria
        criteria.cursor = nil
        self.criteria = criteria
    }

    /// The page, with each hit converted by `read`.
    func page<Element: Sendable>(
        _ read: (Search.Hit) throws -> (element: Element, bytes: Int)?
    ) throws -> Page<Element> {
        switch cursor {
        case .start:
            let hits = try Search(criteria, viewers, dialect, session).hits(upTo: Self.ranked + 1)
            guard let first = hits.first else { return Page(elements: [], next: nil) }
            let window = (hits.count > Self.ranked ? hits[Self.ranked - 1].sequence : 0)...first.sequence
            return try page(hits.prefix(Self.ranked), window, after: nil, read)
        case .ranked(let score, let sequence, let window):
            // Images that were changed since may match now. More than twice as many are not expected.
            let hits = try Search(criteria, viewers, within: window, dialect, session).hits(upTo: 2 * Self.ranked)
            return try page(hits[...], window, after: (score, sequence), read)
        case .rest(let sequence):
            return try finish([], try rest(behind: sequence, upTo: limit + 1), nil, read)
        }
    }

    private func page<Element: Sendable>(
        _ hits: ArraySlice<Search.Hit>, _ window: ClosedRange<Int64>, after: (score: Int64, sequence: Int64)?,
        _ read: (Search.Hit) throws -> (element: Element, bytes: Int)?
    ) throws -> Page<Element> {
        let words = SearchConditions(criteria).words
        let (score, publicScore) = (RelevanceScore(words), RelevanceScore(words.map(\.inPublicTexts)))
        var ranked = try hits.map { hit in
            let score = hit.isFoundInPublicTexts ? publicScore : score
            return Ranked(hit: hit, score: try score.of(hit.sequence, session))
        }
        if let after {
            ranked.removeAll { $0.isBefore(after.score, after.sequence) || $0.hit.sequence == after.sequence }
        }
        ranked.sort { $0.isBefore($1.score, $1.hit.sequence) }
        let missing = limit + 1 - ranked.count
        let rest = window.lowerBound > 0 && missing > 0 ? try rest(behind: window.lowerBound, upTo: missing) : []
        return try finish(Array(ranked.prefix(limit + 1)), rest, window, read)
    }

    /// The images that follow the ranked ones.
    private func rest(behind sequence: Int64, upTo count: Int) throws -> [Search.Hit] {
        var criteria = criteria
        criteria.cursor = Cursor(order: criteria.order.rawValue, key: .none, tie: sequence)
        return try Search(criteria, viewers, dialect, session).hits(upTo: count)
    }

    private func finish<Element: Sendable>(
        _ ranked: [Ranked], _ rest: [Search.Hit], _ window: ClosedRange<Int64>?,
        _ read: (Search.Hit) throws -> (element: Element, bytes: Int)?
    ) throws -> Page<Element> {
        let hits = ranked.map(\.hit) + rest
        let filling = try PageFilling(hits.prefix(limit), read)
        let shown = hits.prefix(filling.count)
        var next: Cursor?
        if hits.count > shown.count, let last = shown.last {
            if shown.count <= ranked.count, let window {
                next = RelevanceCursor.ranked(ranked[shown.count - 1].score, last.sequence, window).cursor
            } else {
                next = RelevanceCursor.rest(last.sequence).cursor
            }
        }
        return Page(elements: filling.elements, next: next)
    }
}

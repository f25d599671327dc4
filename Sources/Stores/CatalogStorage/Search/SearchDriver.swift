internal import Domain
internal import SQL

/// What a search walks along; all else is looked up for each image on the way.
enum SearchDriver: Hashable {
    /// The images in the order asked for.
    case order
    /// The images that have all words, in the order of arrival.
    case words([String])
    /// The images that have a tag, in the order of arrival.
    case tag(String)
    /// The images taken within the bounds asked for.
    case taken
    case digest
    /// The images of a state that few are in.
    case state

    /// How many images a driver may have for them all to be looked up and sorted: some milliseconds of work.
    static let sortable: Int64 = 5000

    /// The driver that walks along the fewest images.
    ///
    /// The size of each candidate is counted up to `sortable`; where all have more, enough of the images in the list's own
    /// order can be expected to match that a page is soon full.
    static func best(
        for criteria: SearchCriteria, _ key: SearchKey, _ session: any SQLSession
    ) throws -> SearchDriver {
        var best = key.column == nil ? arrival(criteria) : .order
        var least = sortable
        for candidate in candidates(criteria) {
            let count = try session.integer(
                "SELECT count(*) FROM (SELECT 1 \(sql: candidate.source(criteria)) LIMIT \(least))")
            if count < least { (best, least) = (candidate, count) }
        }
        return best
    }

    /// Where the place of an image stands.
    var place: SQLQuery {
        switch self {
        case .words: "images_fts.rowid"
        case .tag: "walked.image"
        case .order, .taken, .digest, .state: "images.seq"
        }
    }

    /// `FROM` and the conditions that are the driver's own, before `images` is joined.
    func source(_ criteria: SearchCriteria) -> SQLQuery {
        switch self {
        case .order: "FROM images WHERE 1 = 1"
        case .words(let words): "FROM images_fts WHERE \(sql: SearchIndex.matches(words))"
        case .tag(let tag): "FROM image_tags AS walked WHERE walked.tag = \(TagRows.key(tag))"
        case .taken: "FROM images WHERE \(sql: SearchFilter.takenRange(criteria, "images.date_taken"))"
        case .digest: "FROM images WHERE images.digest = \(criteria.digest)"
        case .state: "FROM images WHERE images.state <> 1 AND \(sql: SearchFilter.state(criteria, "images.state"))"
        }
    }

    /// The same with `images` at hand. `CROSS JOIN` keeps the order of the tables in SQLite.
    func joined(_ criteria: SearchCriteria) -> SQLQuery {
        switch self {
        case .words(let words):
            """
            FROM images_fts CROSS JOIN images ON images.seq = images_fts.rowid
            WHERE \(sql: SearchIndex.matches(words))
            """
        case .tag(let tag):
            """
            FROM image_tags AS walked CROSS JOIN images ON images.seq = walked.image
            WHERE walked.tag = \(TagRows.key(tag))
            """
        case .order, .taken, .digest, .state: source(criteria)
        }
    }

    private static func arrival(_ criteria: SearchCriteria) -> SearchDriver {
        if !criteria.words.isEmpty { return .words(criteria.words) }
        return criteria.tags.first.map(SearchDriver.tag) ?? .order
    }

    private static func candidates(_ criteria: SearchCriteria) -> [SearchDriver] {
        if criteria.digest != nil { return [.digest] }
        var candidates = criteria.tags.map(SearchDriver.tag)
        if !criteria.words.isEmpty { candidates.append(.words(criteria.words)) }
        if criteria.takenFrom != nil || criteria.takenTo != nil { candidates.append(.taken) }
        if let state = criteria.state, state != .ready { candidates.append(.state) }
        return candidates
    }
}

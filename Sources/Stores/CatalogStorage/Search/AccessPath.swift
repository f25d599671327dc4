internal import Domain
internal import SQL

/// The index that a search scans. All other conditions are checked for each image of the scan.
enum AccessPath: Hashable {
    /// The images in the requested order.
    case order
    /// The images that have all words and none of the excluded ones, in the order in which they were added.
    case words([WordMatch], without: [WordMatch])
    /// The images that have a tag, in the order in which they were added.
    case tag(String)
    /// The images that have an attribute, in the order in which they were added.
    case attribute(AttributeMatch)
    /// The images that one of some albums shows.
    case albums([AlbumScope])
    /// The images taken within an interval.
    case taken(SearchInterval<CivilTime>)
    /// The images taken near a place.
    case place(GeographicCircle)
    case digest(Digest)
    /// The images, of different accounts, that have an external id.
    case externalID(String)
    /// The images of a state that few images have.
    case state(ImageRecord.State)
    /// The images of some formats.
    case formats([ImageFormat])
    /// The images whose originals have a size within an interval.
    case bytes(SearchInterval<Int64>)
    /// The images of the account that has a handle.
    case owner(String)
    /// All images that the viewer may see, if they are few.
    case audience

    /// How many images a path may have if all of them are read and sorted. This takes some milliseconds.
    static let sortLimit: Int64 = 5000
    /// How many images a path may have if the index of words is probed for each of them.
    static let probeLimit: Int64 = 200

    /// The path with the fewest images, and whether they are so few that the index of words is better probed for each.
    ///
    /// The images of each candidate are counted up to `sortLimit`. If all candidates have more, so many images match
    /// that scanning in the list's own order fills a page soon.
    static func best(
        for conditions: SearchConditions, _ key: SortKey, part: SQLQuery, _ dialect: CatalogDialect,
        _ session: any SQLSession
    ) throws -> (path: AccessPath, probesIndex: Bool) {
        let standard = key.column == nil ? arrival(conditions) : .order
        let candidates = candidates(conditions, key, isPart: part.text != "1 = 1")
        let others = candidates.filter { $0 != standard }
        if others.isEmpty { return (standard, false) }
        var (best, least) = (standard, sortLimit)
        func count(_ candidate: AccessPath, upTo bound: Int64) throws {
            let source = candidate.source(part: part, dialect)
            let count = try session.integer(
                "SELECT count(*) FROM (SELECT 1 \(sql: source) LIMIT \(bound)) AS candidates")
            if count < bound { (best, least) = (candidate, count) }
        }
        // The standard path is counted only if that is fast or if another path might be better.
        let isCountable = others.count < candidates.count
        if isCountable { try count(standard, upTo: probeLimit + 1) }
        for other in others where least > 0 { try count(other, upTo: least) }
        if isCountable, best != standard, least > probeLimit { try count(standard, upTo: least) }
        return (best, least <= probeLimit)
    }

    /// The column that holds the sequence of an image.
    func sequence(_ dialect: CatalogDialect) -> SQLQuery {
        switch self {
        case .words: dialect.words.sequence
        case .tag: "tagged.image"
        case .attribute: "attributed.image"
        case .albums: "listed.image"
        case .place: dialect.places.sequence
        case .taken(let interval) where TakenInterval(interval).hasParts: "dated.seq"
        case .order: "images.seq"
        // Without its index, so that the planner uses the path's index and not the order of the sequences.
        case .taken, .digest, .externalID, .state, .formats, .bytes, .owner, .audience:
            dialect.hints.hidden("images.seq")
        }
    }

    /// `FROM` and the conditions of the path itself, without joining `images`.
    ///
    /// - Parameter part: the part of the audience.
    func source(part: SQLQuery, _ dialect: CatalogDialect) -> SQLQuery {
        switch self {
        case .order: "FROM images WHERE 1 = 1"
        case .words(let words, let excluded):
            "FROM \(sql: dialect.words.table) WHERE \(sql: dialect.words.matches(words, without: excluded))"
        case .tag(let tag): "FROM image_tags AS tagged WHERE tagged.tag = \(tag)"
        case .attribute(let attribute):
            """
            FROM image_attributes AS attributed
            WHERE attributed.name = \(attribute.name) AND attributed.value = \(attribute.value)
            """
        case .albums(let scopes): "\(sql: AlbumConditions.images(of: scopes)) WHERE 1 = 1"
        case .taken(let interval): TakenInterval(interval).source
        case .place(let circle):
            "FROM \(sql: dialect.places.table) WHERE \(sql: dialect.places.isWithin(circle))"
        case .digest(let digest): "FROM images WHERE images.digest = \(digest)"
        case .externalID(let id): "FROM images WHERE images.external_id = \(id)"
        case .state(let state): "FROM images WHERE images.state <> 1 AND images.state = \(StateCode.code(of: state))"
        case .formats(let formats): "FROM images WHERE \(sql: SearchFilter.isOne(of: formats))"
        case .bytes(let interval):
            "FROM images WHERE \(sql: SearchFilter.range("images.bytes", interval.from, interval.below))"
        case .owner(let handle): "FROM images WHERE \(sql: SearchFilter.isOwned(by: handle, "images.owner"))"
        case .audience: "FROM images WHERE \(sql: part)"
        }
    }

    /// The same, joined with `images`.
    func joined(part: SQLQuery, _ dialect: CatalogDialect) -> SQLQuery {
        let (words, places, join) = (dialect.words, dialect.places, dialect.hints.orderedJoin)
        return switch self {
        case .words(let wanted, let excluded):
            """
            FROM \(sql: words.table) \(sql: join) images ON images.seq = \(sql: words.sequence)
            WHERE \(sql: words.matches(wanted, without: excluded))
            """
        case .tag(let tag):
            """
            FROM image_tags AS tagged \(sql: join) images ON images.seq = tagged.image
            WHERE tagged.tag = \(tag)
            """
        case .attribute(let attribute):
            """
            FROM image_attributes AS attributed \(sql: join) images ON images.seq = attributed.image
            WHERE attributed.name = \(attribute.name) AND attributed.value = \(attribute.value)
            """
        case .place(let circle):
            """
            FROM \(sql: places.table) \(sql: join) images ON images.seq = \(sql: places.sequence)
            WHERE \(sql: places.isWithin(circle))
            """
        case .albums(let scopes):
            """
            \(sql: AlbumConditions.images(of: scopes)) \(sql: join) images ON images.seq = listed.image
            WHERE 1 = 1
            """
        case .taken(let interval): TakenInterval(interval).joined(join)
        case .order, .digest, .externalID, .state, .formats, .bytes, .owner, .audience: source(part: part, dialect)
        }
    }

    private static func arrival(_ conditions: SearchConditions) -> AccessPath {
        if !conditions.words.isEmpty { return .words(conditions.words, without: conditions.excludedWords) }
        return conditions.tags.first.map(AccessPath.tag) ?? conditions.attributes.first.map(AccessPath.attribute)
            ?? .order
    }

    private static func candidates(_ conditions: SearchConditions, _ key: SortKey, isPart: Bool) -> [AccessPath] {
        if let digest = conditions.digest { return [.digest(digest)] }
        if let id = conditions.externalID { return [.externalID(id)] }
        var candidates = conditions.tags.map(AccessPath.tag) + conditions.attributes.map(AccessPath.attribute)
        if let albums = conditions.albums { candidates.append(.albums(albums)) }
        if !conditions.words.isEmpty { candidates.append(.words(conditions.words, without: conditions.excludedWords)) }
        if let taken = conditions.taken { candidates.append(.taken(taken)) }
        if let place = conditions.place { candidates.append(.place(place)) }
        if !conditions.formats.isEmpty { candidates.append(.formats(conditions.formats)) }
        if let bytes = conditions.bytes { candidates.append(.bytes(bytes)) }
        if let owner = conditions.owner { candidates.append(.owner(owner)) }
        if let state = conditions.state, state != .ready { candidates.append(.state(state)) }
        // An audience with an index for the order needs no other path, unless the search has further conditions.
        // What albums show has no index beside that of the album itself.
        if isPart, conditions.albums == nil, !candidates.isEmpty || !conditions.rest.isEmpty || !key.hasPublicIndex {
            candidates.append(.audience)
        }
        return candidates
    }
}

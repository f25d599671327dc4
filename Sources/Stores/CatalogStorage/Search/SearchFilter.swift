internal import Domain
internal import SQL

/// The conditions of a search on `images`, except those that its access path meets.
struct SearchFilter {
    let conditions: SearchConditions
    /// The part of the audience.
    let part: SQLQuery
    let path: AccessPath
    /// Whether the path has so few images that the index of words is probed for each.
    let probesIndex: Bool
    let key: SortKey
    let dialect: CatalogDialect

    /// All conditions, to follow those of the path.
    var condition: SQLQuery { .joined([withoutWords] + words, by: " AND ") }

    /// All conditions except those on words.
    var withoutWords: SQLQuery {
        var all: [SQLQuery] = [part]
        for tag in conditions.tags where path != .tag(tag) { all.append(Self.hasTag(tag)) }
        for attribute in conditions.attributes where path != .attribute(attribute) {
            all.append(Self.has(attribute))
        }
        if let albums = conditions.albums, path != .albums(albums) { all.append(AlbumConditions.hasImage(albums)) }
        if let taken = conditions.taken, path != .taken(taken) { all.append(sql(.taken(taken))) }
        if let id = conditions.externalID, path != .externalID(id) { all.append(sql(.externalID(id))) }
        if let digest = conditions.digest, path != .digest(digest) { all.append("images.digest = \(digest)") }
        if let state = conditions.state, path != .state(state) { all.append(sql(.state(state))) }
        if let owner = conditions.owner, path != .owner(owner) { all.append(sql(.owner(handle: owner))) }
        if let place = conditions.place, path != .place(place) { all.append(sql(.near(place))) }
        if !conditions.formats.isEmpty, path != .formats(conditions.formats) {
            all.append(Self.isOne(of: conditions.formats))
        }
        if let bytes = conditions.bytes, path != .bytes(bytes) { all.append(sql(.bytes(bytes))) }
        for term in conditions.rest {
            let met = sql(term.condition)
            all.append(term.isExcluded ? "(\(sql: met)) IS NOT TRUE" : met)
        }
        return .joined(all, by: " AND ")
    }

    private var words: [SQLQuery] {
        if case .words = path { return [] }
        let (words, excluded) = (conditions.words, conditions.excludedWords)
        if probesIndex, let probe = WordProbe(conditions, dialect.words) { return [probe.holds(at: "images.seq")] }
        if !words.isEmpty { return [dialect.imageMatches(words, without: excluded)] }
        return excluded.isEmpty ? [] : [dialect.imageLacks(excluded)]
    }

    /// A condition as SQL on the row of `images` that the query has reached.
    private func sql(_ condition: SearchCondition) -> SQLQuery {
        switch condition {
        case .words(let match): dialect.imageMatches([match], without: [])
        case .tag(let tag): Self.hasTag(TagRows.key(tag))
        case .attribute(let attribute): Self.has(attribute)
        case .externalID(let id): "images.external_id = \(id)"
        case .album(let match): AlbumConditions.hasImage(match.scopes)
        case .format(let format): "images.format = \(format)"
        case .owner(let handle):
            Self.isOwned(by: handle, path == .order ? "images.owner" : dialect.hints.hidden("images.owner"))
        case .taken(let interval):
            TakenInterval(interval).holds(column("date_taken", isKey: [.latestTaken, .earliestTaken]))
        case .added(let interval):
            Self.range(
                column("date_added", isKey: [.newest, .oldest]), interval.from?.microseconds,
                interval.below?.microseconds)
        case .near(let circle): dialect.imageIsWithin(circle)
        case .visibility(let visibility): "\(sql: dialect.hints.hidden("images.visibility")) = \(visibility)"
        case .state(let state):
            "\(sql: dialect.hints.hidden("images.state")) = \(StateCode.code(of: state))"
        case .width(let interval): Self.range("images.width", interval.from, interval.below)
        case .height(let interval): Self.range("images.height", interval.from, interval.below)
        case .rating(let interval): Self.range("images.rating", interval.from, interval.below)
        case .bytes(let interval):
            Self.range(column("bytes", isKey: [.largest, .smallest]), interval.from, interval.below)
        }
    }

    static func isOne(of formats: [ImageFormat]) -> SQLQuery {
        formats.count == 1
            ? "images.format = \(formats[0])" : "images.format IN (\(sql: .joined(formats.map { "\($0)" }, by: ", ")))"
    }

    static func hasTag(_ key: String) -> SQLQuery {
        "EXISTS (SELECT 1 FROM image_tags WHERE tag = \(key) AND image = images.seq)"
    }

    static func has(_ attribute: AttributeMatch) -> SQLQuery {
        """
        EXISTS (SELECT 1 FROM image_attributes
            WHERE name = \(attribute.name) AND value = \(attribute.value) AND image = images.seq)
        """
    }

    /// - Parameter column: the owner of an image.
    static func isOwned(by handle: String, _ column: SQLQuery) -> SQLQuery {
        "\(sql: column) = (SELECT id FROM accounts WHERE handle_key = \(handle.lowercased()))"
    }

    /// A column, without its index if the list is not sorted by it. The planner would otherwise use that index and sort
    /// all images in the range, although the list's own index returns a page at once.
    private func column(_ name: SQLQuery, isKey orders: [SearchCriteria.Order]) -> SQLQuery {
        let isKey = orders.contains(key.order) && key.column != nil && path == .order
        return isKey ? "images.\(sql: name)" : dialect.hints.hidden("images.\(sql: name)")
    }

    static func range(_ column: SQLQuery, _ from: Int64?, _ below: Int64?) -> SQLQuery {
        var bounds: [SQLQuery] = []
        if let from { bounds.append("\(sql: column) >= \(from)") }
        if let below { bounds.append("\(sql: column) < \(below)") }
        return bounds.isEmpty ? "1 = 1" : .joined(bounds, by: " AND ")
    }
}

internal import Domain
internal import SQL

/// The conditions of a search on `images`, but for what its driver sees to.
struct SearchFilter {
    let criteria: SearchCriteria
    let audience: Audience
    let driver: SearchDriver
    let key: SearchKey

    /// All conditions, to be put behind the driver's own.
    var condition: SQLQuery {
        var all: [SQLQuery] = [audience.condition]
        if !criteria.words.isEmpty, driver != .words(criteria.words) {
            all.append(SearchIndex.imageMatches(criteria.words))
        }
        for tag in criteria.tags where driver != .tag(tag) {
            all.append("EXISTS (SELECT 1 FROM image_tags WHERE tag = \(TagRows.key(tag)) AND image = images.seq)")
        }
        if driver != .taken {
            all.append(Self.takenRange(criteria, column("date_taken", isKey: [.latestTaken, .earliestTaken])))
        }
        if let digest = criteria.digest, driver != .digest { all.append("images.digest = \(digest)") }
        if criteria.state != nil, driver != .state { all.append(Self.state(criteria, "+images.state")) }
        all.append(contentsOf: formats + ranges)
        return .joined(all, by: " AND ")
    }

    static func takenRange(_ criteria: SearchCriteria, _ column: SQLQuery) -> SQLQuery {
        range(column, from: criteria.takenFrom?.secondsSince1970, below: criteria.takenTo?.secondsSince1970)
    }

    static func state(_ criteria: SearchCriteria, _ column: SQLQuery) -> SQLQuery {
        criteria.state.map { "\(sql: column) = \(StateCode.code(of: $0))" } ?? "1 = 1"
    }

    private var formats: [SQLQuery] {
        switch criteria.formats.count {
        case 0: []
        case 1: ["images.format = \(criteria.formats[0])"]
        default: ["images.format IN (\(sql: .joined(criteria.formats.map { "\($0)" }, by: ", ")))"]
        }
    }

    private var ranges: [SQLQuery] {
        [
            Self.range(
                column("date_added", isKey: [.newest, .oldest]), from: criteria.addedFrom?.microseconds,
                below: criteria.addedTo?.microseconds),
            Self.range(
                "images.width", from: criteria.minimumWidth.map(Int64.init), to: criteria.maximumWidth.map(Int64.init)),
            Self.range(
                "images.height", from: criteria.minimumHeight.map(Int64.init),
                to: criteria.maximumHeight.map(Int64.init)),
            Self.range(
                column("bytes", isKey: [.largest, .smallest]), from: criteria.minimumBytes, to: criteria.maximumBytes),
        ]
    }

    /// A column, hidden from the planner where it is not what the list is sorted by: an index on it would mean sorting all
    /// that the range holds, while the list's own index gives a page at once. `+` changes nothing else.
    private func column(_ name: StaticString, isKey orders: [SearchCriteria.Order]) -> SQLQuery {
        let column = SQLQuery(stringLiteral: name)
        let isKey = orders.contains(criteria.order) && key.column != nil && driver == .order
        return isKey ? "images.\(sql: column)" : "+images.\(sql: column)"
    }

    private static func range(
        _ column: SQLQuery, from: Int64? = nil, to: Int64? = nil, below: Int64? = nil
    ) -> SQLQuery {
        var bounds: [SQLQuery] = []
        if let from { bounds.append("\(sql: column) >= \(from)") }
        if let to { bounds.append("\(sql: column) <= \(to)") }
        if let below { bounds.append("\(sql: column) < \(below)") }
        return bounds.isEmpty ? "1 = 1" : .joined(bounds, by: " AND ")
    }
}

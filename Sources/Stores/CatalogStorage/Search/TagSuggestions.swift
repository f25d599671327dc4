internal import Domain
internal import SQL

/// Finds tags by their beginning, in the kept counts of tags.
struct TagSuggestions {
    /// Up to how many tags are looked at and sorted: some milliseconds of work.
    static let sortLimit: Int64 = 5000

    private let limit: Int
    private let prefix: String
    /// The rows of `tag_usage` that are for the audience; no image is in two of them.
    private let scopes: [SQLQuery]
    private let hints: PlannerHints
    private let session: any SQLSession

    /// The owner of the counts that are for no account.
    private static let noOwner: [UInt8] = []

    init(_ prefix: String, _ audience: Audience, limit: Int, _ hints: PlannerHints, _ session: any SQLSession) {
        (self.prefix, self.limit, self.hints, self.session) = (TagRows.key(prefix), limit, hints, session)
        let everyone: SQLQuery = "kind = 1 AND owner = \(Self.noOwner)"
        scopes =
            switch audience {
            case .everything: ["kind = 0 AND owner = \(Self.noOwner)"]
            case .everyone: [everyone]
            case .owner(let owner): ["kind = 2 AND owner = \(owner)"]
            case .account(let account): [everyone, "kind = 3 AND owner = \(account)"]
            }
    }

    func all() throws -> [TagCount] {
        let areFew = try scopes.allSatisfy { scope in
            try session.integer(
                """
                SELECT count(*) FROM (SELECT 1 FROM tag_usage
                    WHERE \(sql: scope) AND \(sql: range("tag")) LIMIT \(Self.sortLimit)) AS candidates
                """) < Self.sortLimit
        }
        return try areFew
            ? sorted(scopes.map { "\(sql: selection) WHERE \(sql: $0) AND \(sql: range("tag"))" }) : mostUsed()
    }

    private let selection: SQLQuery = "SELECT tag, name, count FROM tag_usage"

    /// Walks along the tags by use: so many begin with the prefix that some of the most used do. What is often used in one
    /// scope is counted in all of them.
    private func mostUsed() throws -> [TagCount] {
        let leaders: [SQLQuery] = scopes.map { scope in
            """
            SELECT * FROM (SELECT tag FROM tag_usage WHERE \(sql: scope) AND \(sql: range(hints.hidden("tag")))
                ORDER BY count DESC LIMIT \(limit * 10)) AS leaders
            """
        }
        return try sorted(
            scopes.map { scope in
                "\(sql: selection) WHERE \(sql: scope) AND tag IN (\(sql: .joined(leaders, by: " UNION ALL ")))"
            })
    }

    private func sorted(_ selections: [SQLQuery]) throws -> [TagCount] {
        try session.all(
            """
            SELECT min(name), CAST(sum(count) AS bigint) AS total
            FROM (\(sql: .joined(selections, by: " UNION ALL "))) AS counts
            GROUP BY tag ORDER BY total DESC, tag LIMIT \(limit)
            """
        ) { row in TagCount(tag: try row.text(0), count: try row.integer(1)) }
    }

    private func range(_ column: SQLQuery) -> SQLQuery {
        // Behind all that begin with the prefix: the last code point of all.
        prefix.isEmpty ? "1 = 1" : "\(sql: column) >= \(prefix) AND \(sql: column) < \(prefix + "\u{10FFFF}")"
    }
}

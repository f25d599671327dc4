internal import Domain
internal import SQL

/// Finds tags by prefix in the stored tag counts.
struct TagSuggestions {
    /// How many tags are read and sorted at most. This takes some milliseconds.
    static let sortLimit: Int64 = 5000

    private let limit: Int
    private let prefix: String
    /// The rows of `tag_usage` for the audience. No image counts in two of the scopes.
    private let scopes: [SQLQuery]
    private let hints: PlannerHints
    private let session: any SQLSession

    /// The owner in rows that count the images of all accounts.
    private static let noOwner: [UInt8] = []

    init(_ prefix: String, _ audience: Audience, limit: Int, _ hints: PlannerHints, _ session: any SQLSession) {
        (self.prefix, self.limit, self.hints, self.session) = (TagRows.key(prefix), limit, hints, session)
        let everyone: SQLQuery = "kind = 1 AND owner = \(Self.noOwner)"
        scopes =
            switch audience {
            case .everything: ["kind = 0 AND owner = \(Self.noOwner)"]
            case .everyone, .reader, .albums: [everyone]
            // A share suggests none.
            case .share: ["1 = 0"]
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

    /// Reads the tags in the order of their counts. So many tags have the prefix that some of the most used do. A tag
    /// that is often used in one scope is counted in all of them.
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
        // The upper bound of all texts with the prefix: U+10FFFF is the last code point.
        prefix.isEmpty ? "1 = 1" : "\(sql: column) >= \(prefix) AND \(sql: column) < \(prefix + "\u{10FFFF}")"
    }
}

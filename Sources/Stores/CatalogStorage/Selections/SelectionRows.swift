internal import Domain
internal import SQL

/// Rows of `selections` and `selection_chunks`.
enum SelectionRows {
    /// Images of one chunk.
    private static let chunkLength = 1000

    static func insert(
        _ id: SelectionID, of owner: AccountID, _ images: [Int64], expires: Timestamp, _ session: any SQLSession
    ) throws {
        let selection = try session.integer(
            "INSERT INTO selections (id, owner, expires) VALUES (\(id), \(owner), \(expires)) RETURNING seq")
        for (number, start) in stride(from: 0, to: images.count, by: chunkLength).enumerated() {
            let chunk = images[start..<min(start + chunkLength, images.count)]
            let text = "[" + chunk.map(String.init).joined(separator: ",") + "]"
            try session.execute(
                """
                INSERT INTO selection_chunks (selection, number, images)
                VALUES (\(selection), \(number), \(text))
                """)
        }
    }

    /// A selection of an account that has not expired; nil if there is none.
    static func find(
        _ id: SelectionID, of owner: AccountID, now: Timestamp, _ session: any SQLSession
    ) throws -> (sequence: Int64, selection: ImageSelection)? {
        try session.first(
            "SELECT seq, expires FROM selections WHERE id = \(id) AND owner = \(owner) AND expires > \(now)"
        ) { (try $0.integer("seq"), ImageSelection(id: id, expires: try $0.timestamp("expires"))) }
    }

    /// The images of a selection that somebody sees, to follow `SELECT`.
    static func images(
        of selection: Int64, visibleTo reach: Audience, _ dialect: CatalogDialect
    ) -> SQLQuery {
        let join = dialect.hints.orderedJoin
        return """
            FROM selection_chunks \(sql: join) \(sql: dialect.elements("selection_chunks.images")) ON 1 = 1
            \(sql: join) images ON images.seq = elements.value
            WHERE selection_chunks.selection = \(selection) AND \(sql: reach.condition)
            """
    }

    /// The trashed images of a selection that somebody may restore, to follow `SELECT`.
    static func trashed(
        of selection: Int64, for owner: AccountID, _ reach: Audience, _ dialect: CatalogDialect
    ) -> SQLQuery {
        let join = dialect.hints.orderedJoin
        return """
            FROM selection_chunks \(sql: join) \(sql: dialect.elements("selection_chunks.images")) ON 1 = 1
            \(sql: join) trash ON trash.seq = elements.value
            WHERE selection_chunks.selection = \(selection) AND \(sql: isRestorable(by: owner, reach))
            """
    }

    /// The order of a selection.
    static let order: SQLQuery = "ORDER BY selection_chunks.number, elements.key"

    /// Whether an account may restore a row of `trash`: its own ones, and an admin all.
    static func isRestorable(by owner: AccountID, _ reach: Audience) -> SQLQuery {
        reach == .everything ? "is_deleted = 0" : "is_deleted = 0 AND owner = \(owner)"
    }
}

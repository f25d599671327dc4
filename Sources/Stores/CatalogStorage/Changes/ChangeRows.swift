internal import Domain
internal import SQL

/// Rows of `changes`.
enum ChangeRows {
    /// What a row records. Readers are told less: see `ChangeRow.told`.
    enum Kind: String {
        case added, changed, ready, damaged, trashed, restored, deleted
        /// The image has another owner, who reads this.
        case transferred
        /// The same for the former owner.
        case withdrawn
        /// The account reads an album from now on.
        case joined
        /// It does not any more.
        case left
        /// The first row of all.
        case begun
    }

    /// How many rows of each source are read at once, usually.
    static let batch = 1000

    static func last(_ session: any SQLSession) throws -> ChangePosition {
        let last = try session.first("SELECT sequence, date FROM changes ORDER BY sequence DESC LIMIT 1") {
            ChangePosition(sequence: try $0.integer(0), date: try $0.integer(1))
        }
        guard let last else { throw CatalogError(.malformedRow, "the table of changes is empty") }
        return last
    }

    /// - Throws: `CatalogError` with the codes `outdatedCursor` and `futureCursor` if there is no such row.
    static func require(
        _ position: ChangePosition, before last: ChangePosition, now: Timestamp, _ session: any SQLSession
    ) throws {
        let row: SQLQuery = "sequence = \(position.sequence) AND date = \(position.date)"
        if try session.exists("SELECT 1 FROM changes WHERE \(sql: row)") { return }
        // A catalogue that was restored from a backup ends before cursors that were given out since.
        guard position.sequence <= last.sequence || position.date <= now.microseconds else {
            throw CatalogError(.futureCursor, "the cursor is of the future")
        }
        throw ChangeReader.outdated
    }

    /// The rows behind a sequence that concern a reader, in their order, and the last row before which none is missing.
    static func rows(
        after sequence: Int64, before last: ChangePosition, for reader: ChangeReader, batch: Int,
        _ session: any SQLSession
    ) throws -> (rows: [ChangeRow], end: ChangePosition) {
        var (found, end): ([ChangeRow], ChangePosition) = ([], last)
        for source in sources(for: reader) {
            let rows = try session.all(
                """
                SELECT sequence, date, image, id, album, \(sql: source.kind) AS kind, \(sql: source.concerns) AS concerns
                FROM changes WHERE \(sql: source.condition) AND sequence > \(sequence) ORDER BY sequence LIMIT \(batch)
                """, ChangeRow.read)
            if rows.count == batch, let row = rows.last, row.position.sequence < end.sequence { end = row.position }
            found += rows.filter(\.concerns)
        }
        var seen: Set<Int64> = []
        // Sorted stably: a row that concerns a reader twice is told as the first source has it.
        let rows = found.enumerated().sorted {
            ($0.element.position.sequence, $0.offset) < ($1.element.position.sequence, $1.offset)
        }.map(\.element).filter { $0.position.sequence <= end.sequence && seen.insert($0.position.sequence).inserted }
        return (rows, end)
    }

    /// Rows that one index has in their order.
    private struct Source {
        let condition: SQLQuery
        let kind: SQLQuery
        /// Which of the rows concern the reader.
        var concerns: SQLQuery = "1"
    }

    private static func sources(for reader: ChangeReader) -> [Source] {
        if reader.isAdmin {
            let isOwn: SQLQuery = "(account IS NOT NULL AND kind NOT IN ('withdrawn', 'joined', 'left'))"
            let kind: SQLQuery = "CASE kind WHEN 'transferred' THEN 'changed' ELSE kind END"
            return [Source(condition: "1 = 1", kind: kind, concerns: isOwn)]
        }
        let everybody = Source(condition: "is_public = 1", kind: "public_kind")
        guard let account = reader.account else { return [everybody] }
        return [
            Source(condition: "account = \(account)", kind: "kind"), everybody,
            Source(
                condition: "is_of_album = 1", kind: "kind",
                concerns: """
                    EXISTS (SELECT 1 FROM album_readers AS reading
                        WHERE reading.album = changes.album AND reading.account = \(account)
                            AND reading.since < changes.sequence
                            AND (reading.until IS NULL OR reading.until > changes.sequence))
                    """),
        ]
    }
}

/// A row of `changes` as it concerns a reader.
struct ChangeRow {
    let position: ChangePosition
    let kind: ChangeRows.Kind
    /// Nil if the row stands for the images of an album.
    let image: ImageID?
    let album: Int64?
    let concerns: Bool

    static func read(_ row: SQLRow) throws -> ChangeRow {
        ChangeRow(
            position: ChangePosition(sequence: try row.integer("sequence"), date: try row.integer("date")),
            kind: try row.word("kind"), image: try row.identityIfPresent("id"),
            album: try row.integerIfPresent("album"),
            concerns: try row.boolean("concerns"))
    }
}

extension ChangeRows.Kind {
    /// What a reader is told who sees the image now, or does not; nil for nothing.
    func told(isVisible: Bool, isTrashed: Bool) -> RecordedChange.Kind? {
        switch self {
        case .trashed where isTrashed: .trashed
        case .joined where !isVisible, .left where isVisible, .begun: nil
        case _ where !isVisible: .deleted
        case .added, .joined, .transferred: .added
        case .restored: .restored
        case .ready: .ready
        case .damaged: .damaged
        case .changed, .trashed, .deleted, .withdrawn, .left: .changed
        }
    }
}

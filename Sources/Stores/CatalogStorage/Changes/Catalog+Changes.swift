public import Domain
internal import SQL

extension Catalog {
    /// How many days changes are kept.
    public static let changeDays = 30

    /// The cursor of this moment: whoever reads on from it is told what happens from now on.
    public func changeCursor(for reader: ChangeReader) async throws -> Cursor {
        try await database.read { session in reader.cursor(try ChangeRows.last(session)) }
    }

    /// What has happened since a cursor to the images that a reader sees, or saw.
    ///
    /// A reader who applies every change in its order has the images that it sees, each in its latest version. It is told
    /// some changes twice, and may be told the same version twice.
    /// - Parameters:
    ///   - limit: 1 to 1000.
    ///   - kinds: nil for all.
    /// - Throws: `CatalogError`: `foreignCursor`, `outdatedCursor`, `futureCursor`.
    public func changes(
        since cursor: Cursor, for reader: ChangeReader, limit: Int, kinds: Set<RecordedChange.Kind>? = nil,
        now: Timestamp = .now
    ) async throws -> ChangePage {
        try await changes(since: cursor, for: reader, limit: limit, kinds: kinds, batch: ChangeRows.batch, now: now)
    }

    /// - Parameter batch: how many rows of each index are read at once.
    func changes(
        since cursor: Cursor, for reader: ChangeReader, limit: Int, kinds: Set<RecordedChange.Kind>? = nil, batch: Int,
        now: Timestamp = .now
    ) async throws -> ChangePage {
        let position = try reader.position(cursor)
        return try await database.read { session in
            let last = try ChangeRows.last(session)
            try ChangeRows.require(position, before: last, now: now, session)
            var walk = ChangeWalk(
                from: position, for: reader, limit: min(max(1, limit), 1000), kinds: kinds, batch: batch, session)
            try walk.run(before: last)
            let hasMore = walk.position.image != nil || walk.position.sequence < last.sequence
            return ChangePage(changes: walk.changes, next: reader.cursor(walk.position), hasMore: hasMore)
        }
    }

    /// Removes some changes that are older than a moment. The last of them stays, so that a reader who has it, and to whom
    /// nothing has happened since, can read on.
    ///
    /// - Parameter limit: how many are removed at most, so that other writes run in between.
    /// - Returns: how many were removed.
    public func removeChanges(before moment: Timestamp, limit: Int = 5000) async throws -> Int {
        try await database.write { session in
            // In the order of the rows, not by their dates alone: a clock may have been set back.
            let oldest = try session.all("SELECT sequence, date FROM changes ORDER BY sequence LIMIT \(limit + 1)") {
                (sequence: try $0.integer(0), date: try $0.timestamp(1))
            }
            guard let last = oldest.prefix(while: { $0.date < moment }).dropLast().last else { return 0 }
            let removed = try session.execute("DELETE FROM changes WHERE sequence <= \(last.sequence)")
            if removed < limit { try Self.removeReaders(session) }
            return removed
        }
    }

    /// Forgets who has read albums of which no changes are left.
    private static func removeReaders(_ session: any SQLSession) throws {
        try session.execute(
            """
            DELETE FROM album_readers WHERE until < (SELECT min(sequence) FROM changes)
                OR (NOT EXISTS (SELECT 1 FROM albums WHERE seq = album_readers.album)
                    AND NOT EXISTS (SELECT 1 FROM changes WHERE changes.album = album_readers.album))
            """)
    }
}

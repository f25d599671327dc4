public import Domain
internal import SQL

extension Catalog {
    /// Records how far a download of an archive is, unless a later one is known.
    ///
    /// - Parameter offset: the end of what was sent.
    public func recordSent(_ offset: Int64, of id: ArchiveID, now: Timestamp = .now) async throws {
        try await database.write { session in
            try session.execute(
                """
                UPDATE archives SET bytes_sent = \(offset), date_sent = \(now)
                WHERE id = \(id) AND (date_sent IS NULL OR date_sent <= \(now))
                """)
        }
    }

    /// The archives of an account of which something was sent since a moment, the oldest first.
    public func archives(
        sentSince moment: Timestamp, of owner: AccountID, now: Timestamp = .now
    ) async throws -> [Archive] {
        try await database.read { session in
            try session.all(
                """
                SELECT \(sql: ArchiveRows.columns) FROM archives
                WHERE owner = \(owner) AND date_sent >= \(moment) AND is_ready = 1 AND expires > \(now)
                ORDER BY date_sent, seq LIMIT 100
                """, ArchiveRows.read)
        }
    }
}

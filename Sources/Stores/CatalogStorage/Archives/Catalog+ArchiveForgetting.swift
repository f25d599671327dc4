public import Domain
internal import SQL

extension Catalog {
    /// Ends archives of an owner, oldest first, until a new one fits that has so many files.
    ///
    /// - Parameters:
    ///   - owner: nil for the archives of nobody in particular, together.
    ///   - maximum: files of all of the owner's archives.
    public func makeRoom(
        forArchiveOf owner: AccountID?, files: Int64, maximum: Int64, now: Timestamp = .now
    ) async throws {
        try await database.write { session in
            let archives = try session.all(
                """
                SELECT seq, files FROM archives
                WHERE \(sql: ArchiveRows.belongs(to: owner)) AND is_ready = 1 AND expires > \(now) ORDER BY seq
                """
            ) { (sequence: try $0.integer(0), files: try $0.integer(1)) }
            var total = archives.reduce(files) { $0 + $1.files }
            for archive in archives where total > maximum {
                try session.execute("UPDATE archives SET expires = \(now) WHERE seq = \(archive.sequence)")
                total -= archive.files
            }
        }
    }

    /// Removes an archive that was not finished.
    public func discardArchive(_ id: ArchiveID) async throws {
        try await database.write { session in
            try session.execute("UPDATE archives SET expires = 0, is_ready = 0 WHERE id = \(id)")
        }
    }

    /// Removes some of what archives leave that have expired before a moment; false if nothing is left to remove.
    ///
    /// - Parameter limit: how many entries go at once, so that other writes come in between.
    public func forgetArchives(expiredBefore moment: Timestamp, limit: Int = 2000) async throws -> Bool {
        try await database.write { session in
            let sequence = try session.first(
                "SELECT seq FROM archives WHERE expires < \(moment) ORDER BY expires LIMIT 1"
            ) { try $0.integer(0) }
            guard let sequence else { return false }
            let removed = try session.execute(
                """
                DELETE FROM archive_entries WHERE archive = \(sequence) AND position IN (
                    SELECT position FROM archive_entries WHERE archive = \(sequence) ORDER BY position DESC LIMIT \(limit))
                """)
            if removed < limit { try session.execute("DELETE FROM archives WHERE seq = \(sequence)") }
            return true
        }
    }
}

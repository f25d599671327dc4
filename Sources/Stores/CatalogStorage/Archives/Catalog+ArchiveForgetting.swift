public import Domain
internal import SQL

extension Catalog {
    /// Expires archives of an owner, oldest first, until a new archive fits.
    ///
    /// - Parameters:
    ///   - owner: nil for all archives that belong to no account.
    ///   - files: the number of files of the new archive.
    ///   - maximum: how many files all archives of the owner may have.
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

    /// Expires an archive that was not finished.
    public func discardArchive(_ id: ArchiveID) async throws {
        try await database.write { session in
            try session.execute("UPDATE archives SET expires = 0, is_ready = 0 WHERE id = \(id)")
        }
    }

    /// Removes some rows of archives that expired before a moment; false if none are left.
    ///
    /// - Parameter limit: how many entries are removed at once, so that other writes run in between.
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

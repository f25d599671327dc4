public import Domain
internal import SQL

extension Catalog {
    /// A finished archive that has not expired.
    public func archive(_ id: ArchiveID, now: Timestamp = .now) async throws -> Archive? {
        try await database.read { session in
            try session.first(
                """
                SELECT \(sql: ArchiveRows.columns) FROM archives
                WHERE id = \(id) AND is_ready = 1 AND expires > \(now)
                """, ArchiveRows.read)
        }
    }

    /// The archive that was made last of a collection, if that is still what the collection is.
    ///
    /// - Parameters:
    ///   - audience: who sees of the collection what the archive has.
    ///   - owner: whose images the collection is of.
    public func archive(
        ofCollection collection: String, owner: AccountID, visibleTo audience: Audience, now: Timestamp = .now
    ) async throws -> Archive? {
        try await database.read { [dialect] session in
            let found = try session.first(
                """
                SELECT \(sql: ArchiveRows.columns), archives.seq AS sequence FROM archives
                WHERE collection = \(collection) AND is_ready = 1 AND expires > \(now) ORDER BY archives.seq DESC LIMIT 1
                """
            ) { (try ArchiveRows.read($0), try $0.integer("sequence")) }
            guard let (archive, sequence) = found else { return nil }
            let all = try session.integer(
                "SELECT count(*) FROM images WHERE owner = \(owner) AND \(sql: audience.condition)")
            let same = try session.integer(
                """
                SELECT count(*) \(sql: ArchiveRows.present(sequence, audience, dialect.hints)) AND images.owner = \(owner)
                    AND images.version = entries.version
                """)
            return all == archive.files && same == archive.files ? archive : nil
        }
    }

    /// How many files of an archive are still what they were when it was made, and may be seen.
    public func presentEntries(of id: ArchiveID, visibleTo audience: Audience) async throws -> Int64 {
        try await database.read { [dialect] session in
            guard let archive = try ArchiveRows.sequence(of: id, session) else { return 0 }
            return try session.integer("SELECT count(*) \(sql: ArchiveRows.present(archive, audience, dialect.hints))")
        }
    }

    /// Some entries of an archive in their order, each with its file; those that are not what they were are left out.
    public func presentEntries(
        of id: ArchiveID, from position: Int64, limit: Int, visibleTo audience: Audience
    ) async throws -> [(entry: ArchiveEntry, file: StoredFile)] {
        try await database.read { [dialect] session in
            guard let archive = try ArchiveRows.sequence(of: id, session) else { return [] }
            return try session.all(
                """
                SELECT \(sql: ArchiveRows.entryColumns), \(sql: FileRows.columns)
                \(sql: ArchiveRows.present(archive, audience, dialect.hints))
                    AND entries.position >= \(position) AND entries.position < \(position + Int64(limit))
                ORDER BY entries.position
                """
            ) { (try ArchiveRows.readEntry($0), try FileRows.read($0)) }
        }
    }

    /// Some entries of an archive in their order, as they were when it was made.
    public func entries(of id: ArchiveID, from position: Int64, limit: Int) async throws -> [ArchiveEntry] {
        try await database.read { session in
            guard let archive = try ArchiveRows.sequence(of: id, session) else { return [] }
            return try session.all(
                """
                SELECT \(sql: ArchiveRows.entryColumns) FROM archive_entries AS entries
                WHERE archive = \(archive) AND position >= \(position) ORDER BY position LIMIT \(limit)
                """, ArchiveRows.readEntry)
        }
    }

    /// The last entry that begins at or before a byte of the archive, or of its list of files; nil if there is none.
    public func position(
        in archive: Archive, atOrBefore offset: Int64, inDirectory: Bool
    ) async throws -> Int64? {
        try await database.read { session in
            guard let sequence = try ArchiveRows.sequence(of: archive.id, session) else { return nil }
            // Both grow with the position, so that halving finds the entry without an index of its own.
            var range: Range<Int64> = 0..<archive.files
            var found: Int64?
            while !range.isEmpty {
                let middle = range.lowerBound + (range.upperBound - range.lowerBound) / 2
                let start = try session.first(
                    """
                    SELECT start, directory_start FROM archive_entries WHERE archive = \(sequence) AND position = \(middle)
                    """
                ) { try $0.integer(inDirectory ? 1 : 0) }
                guard let start else { return nil }
                if start <= offset { found = middle }
                range = start <= offset ? middle + 1..<range.upperBound : range.lowerBound..<middle
            }
            return found
        }
    }
}

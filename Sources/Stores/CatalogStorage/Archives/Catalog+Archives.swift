public import Domain
internal import SQL

extension Catalog {
    /// How many seconds a download that has begun may go on after its archive has expired: more than any request may
    /// take.
    public static let archiveGraceSeconds = 2 * 3600.0

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

    /// The latest archive of a collection, if the collection has not changed since.
    ///
    /// - Parameters:
    ///   - owner: the account whose images form the collection.
    ///   - audience: the audience that sees exactly the archive's part of the collection.
    public func archive(
        ofCollection collection: String, owner: AccountID, visibleTo audience: Audience, now: Timestamp = .now
    ) async throws -> Archive? {
        let viewers = AudienceView(audience, publicDefaults)
        return try await database.read { [dialect] session in
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
                SELECT count(*) \(sql: ArchiveRows.present(sequence, viewers, dialect.hints)) AND images.owner = \(owner)
                    AND images.version = entries.version
                """)
            return all == archive.files && same == archive.files ? archive : nil
        }
    }

    /// The number of files of an archive that are unchanged since it was made and visible to an audience, but for images
    /// that have been trashed or deleted since.
    ///
    /// - Parameter maker: the audience for which it was made, whose originals it has; nil for the same.
    public func presentEntries(
        of id: ArchiveID, visibleTo audience: Audience, madeFor maker: Audience? = nil
    ) async throws -> Int64 {
        let viewers = AudienceView(audience, publicDefaults, originalsOf: maker)
        return try await database.read { [dialect] session in
            guard let archive = try ArchiveRows.sequence(of: id, session) else { return 0 }
            let available = ArchiveRows.available("1", archive, viewers, dialect.hints)
            return try session.integer("SELECT count(*) FROM (\(sql: available)) AS available")
        }
    }

    /// Entries of an archive in their order, each with its file. Entries whose files have changed are left out.
    public func presentEntries(
        of id: ArchiveID, from position: Int64, limit: Int, visibleTo audience: Audience,
        madeFor maker: Audience? = nil
    ) async throws -> [(entry: ArchiveEntry, file: StoredFile)] {
        let viewers = AudienceView(audience, publicDefaults, originalsOf: maker)
        return try await database.read { [dialect] session in
            guard let archive = try ArchiveRows.sequence(of: id, session) else { return [] }
            let columns: SQLQuery = "\(sql: ArchiveRows.entryColumns), \(sql: ShownFileRows.columns)"
            let range: SQLQuery =
                "entries.position >= \(position) AND entries.position < \(position + Int64(limit))"
            let available = ArchiveRows.available(columns, archive, viewers, dialect.hints, where: range)
            return try session.all(
                "SELECT * FROM (\(sql: available)) AS available ORDER BY position"
            ) { (try ArchiveRows.readEntry($0), try FileRows.read($0)) }
        }
    }

    /// Entries of an archive in their order, as they were when it was made.
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

    /// The last entry that begins at or before a byte of the archive, or of its central directory; nil if there is
    /// none.
    public func position(
        in archive: Archive, atOrBefore offset: Int64, inDirectory: Bool
    ) async throws -> Int64? {
        try await database.read { session in
            guard let sequence = try ArchiveRows.sequence(of: archive.id, session) else { return nil }
            // Both offsets grow with the position, so that a binary search finds the entry without another index.
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

internal import Domain
internal import SQL

/// Rows of `archives` and `archive_entries`.
enum ArchiveRows {
    static let columns: SQLQuery = """
        archives.id, archives.owner, archives.name, archives.image_type, archives.files, archives.bytes,
        archives.directory_offset, archives.directory_length, archives.fingerprint, archives.date_created,
        archives.expires, archives.bytes_sent, archives.date_sent
        """

    static func read(_ row: SQLRow) throws -> Archive {
        Archive(
            id: try row.identity("id"), owner: try row.identityIfPresent("owner"), name: try row.text("name"),
            type: try row.word("image_type"), files: try row.integer("files"), bytes: try row.integer("bytes"),
            directoryOffset: try row.integer("directory_offset"), directoryLength: try row.integer("directory_length"),
            fingerprint: try row.digest("fingerprint"), dateCreated: try row.timestamp("date_created"),
            expires: try row.timestamp("expires"), bytesSent: try row.integer("bytes_sent"),
            dateSent: try row.timestampIfPresent("date_sent"))
    }

    /// An archive's sequence in `archives`.
    static func sequence(of id: ArchiveID, _ session: any SQLSession) throws -> Int64? {
        try session.first("SELECT seq FROM archives WHERE id = \(id)") { try $0.integer(0) }
    }

    /// - Parameter owner: nil for the archives that belong to no account.
    static func belongs(to owner: AccountID?) -> SQLQuery { owner.map { "owner = \($0)" } ?? "owner IS NULL" }

    /// Inserts an entry. The image's sequence is stored with it, so that a later check whether the image exists is one
    /// look-up by primary key.
    static func insert(_ entry: ArchiveEntry, into archive: Int64, _ session: any SQLSession) throws {
        try session.execute(
            """
            INSERT INTO archive_entries (archive, position, image, id, version, digest, name, bytes, crc32, date_local,
                date_moment, start, directory_start)
            VALUES (\(archive), \(entry.position), coalesce(
                    (SELECT seq FROM images WHERE id = \(entry.image)), (SELECT seq FROM trash WHERE id = \(entry.image)), 0),
                \(entry.image), \(entry.version), \(entry.digest), \(entry.name), \(entry.bytes), \(Int64(entry.crc32)),
                \(entry.date.local.secondsSince1970), \(entry.date.moment), \(entry.offset), \(entry.directoryOffset))
            """)
    }

    static func readEntry(_ row: SQLRow) throws -> ArchiveEntry {
        guard let crc32 = UInt32(exactly: try row.integer("entry_crc32")) else { throw row.malformed("entry_crc32") }
        return ArchiveEntry(
            position: try row.integer("position"), image: try row.identity("image_id"),
            version: try row.integer("version"), digest: try row.digest("entry_digest"), name: try row.text("name"),
            bytes: try row.integer("entry_bytes"), crc32: crc32,
            date: ArchivedDate(
                local: CivilTime(secondsSince1970: try row.integer("date_local")),
                moment: try row.integerIfPresent("date_moment")),
            offset: try row.integer("start"), directoryOffset: try row.integer("directory_start"))
    }

    static let entryColumns: SQLQuery = """
        entries.position, entries.id AS image_id, entries.version, entries.digest AS entry_digest, entries.name,
        entries.bytes AS entry_bytes, entries.crc32 AS entry_crc32, entries.date_local, entries.date_moment,
        entries.start, entries.directory_start
        """

    /// Whether an archive that may still be sent names an image.
    ///
    /// - Parameter image: the image's sequence.
    static func isNamed(_ image: SQLQuery, _ now: Timestamp) -> SQLQuery {
        """
        EXISTS (SELECT 1 FROM archive_entries AS entries JOIN archives ON archives.seq = entries.archive
            WHERE entries.image = \(sql: image) AND archives.expires > \(now.advanced(bySeconds: -Catalog.archiveGraceSeconds)))
        """
    }

    /// The entries whose files may still be sent, joined with their images and files: those of the images that there
    /// are, and of those that have been trashed or deleted since. Hidden and replaced ones are left out.
    ///
    /// - Parameters:
    ///   - columns: what is selected.
    ///   - condition: on `entries`.
    static func available(
        _ columns: SQLQuery, _ archive: Int64, _ viewers: AudienceView, _ hints: PlannerHints,
        where condition: SQLQuery = "1 = 1"
    ) -> SQLQuery {
        """
        SELECT \(sql: columns) \(sql: present(archive, viewers, hints)) AND \(sql: condition)
        UNION ALL SELECT \(sql: columns)
            \(sql: present(archive, viewers, hints, images: "trash", shown: "trash_files")) AND \(sql: condition)
        """
    }

    /// The entries, joined with the current images and files. Deleted, hidden and replaced ones are left out.
    static func present(
        _ archive: Int64, _ viewers: AudienceView, _ hints: PlannerHints, images: SQLQuery = "images",
        shown: SQLQuery = "image_files"
    ) -> SQLQuery {
        """
        FROM archive_entries AS entries
        \(sql: hints.orderedJoin) \(sql: images) AS images ON images.seq = entries.image
            AND images.digest = entries.digest
        \(sql: hints.orderedJoin) \(sql: shown) AS shown ON shown.image = images.seq
            AND shown.image_type = (SELECT
                CASE WHEN image_type = 'original' AND NOT \(sql: viewers.givesOriginal)
                    THEN \(FileType.fullSize) ELSE image_type END FROM archives WHERE seq = \(archive))
        \(sql: hints.orderedJoin) files ON files.seq = shown.file
            AND files.bytes = entries.bytes AND files.crc32 = entries.crc32
        WHERE entries.archive = \(archive) AND \(sql: viewers.audience.condition)
        """
    }
}

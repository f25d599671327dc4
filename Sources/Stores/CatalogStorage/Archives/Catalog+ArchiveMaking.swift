public import Domain
internal import SQL

extension Catalog {
    /// The files of a type of the images for an archive, in the order of the ids, with nil for an image that the
    /// audience cannot see. In place of an original that the audience does not get is the full-size file.
    ///
    /// - Parameter holders: those who may have the files of the type, if it is not that of the originals.
    public func archiveCandidates(
        _ ids: [ImageID], type: FileType, visibleTo audience: Audience, withFilesFor holders: Audience
    ) async throws -> [ArchiveCandidate?] {
        let givesOriginal = audience.givesOriginal(publicDefaults)
        let shown: SQLQuery =
            type == .original
            ? "CASE WHEN \(sql: givesOriginal) THEN 'original' ELSE \(FileType.fullSize) END" : "\(type)"
        return try await database.read { session in
            try ids.map { id in
                try session.first(
                    """
                    SELECT images.id AS image_id, images.version, images.date_added, images.date_taken,
                        CASE WHEN \(sql: givesOriginal) THEN coalesce(images.own_file_name, images.sent_name, images.title)
                            ELSE images.title END AS name,
                        images.own_taken, NOT (\(sql: holders.condition)) AS is_withheld,
                        CASE images.state WHEN 2 THEN contents.damage END AS damage, contents.metadata,
                        \(sql: ShownFileRows.columns)
                    FROM images JOIN contents ON contents.digest = images.digest
                    \(sql: ShownFileRows.leftJoin(shown))
                    WHERE images.id = \(id) AND \(sql: audience.condition)
                    """, Self.candidate)
            }
        }
    }

    /// Begins an archive, which is invisible until it is finished.
    ///
    /// - Parameter collection: the name of the collection, whose archive is made again only when the collection
    ///   changes.
    public func beginArchive(
        _ id: ArchiveID, owner: AccountID?, collection: String?, name: String, type: FileType, expires: Timestamp,
        now: Timestamp = .now
    ) async throws {
        try await database.write { session in
            try session.execute(
                """
                INSERT INTO archives (id, owner, collection, name, image_type, date_created, expires)
                VALUES (\(id), \(owner), \(collection), \(name), \(type), \(now), \(expires))
                """)
        }
    }

    /// Adds entries to an archive that has been begun. Adding some hundreds at a time lets other writes run in between.
    public func addEntries(_ entries: [ArchiveEntry], to id: ArchiveID) async throws {
        try await database.write { session in
            guard let archive = try ArchiveRows.sequence(of: id, session) else {
                throw CatalogError(.malformedRow, "an archive that is being made does not exist")
            }
            for entry in entries { try ArchiveRows.insert(entry, into: archive, session) }
        }
    }

    /// Makes an archive visible whose entries have all been added.
    ///
    /// If the owner has an identical archive, that one is returned with the new expiry, and the new archive expires.
    public func finishArchive(_ archive: Archive) async throws -> Archive {
        try await database.write { session in
            let former = try session.first(
                """
                SELECT \(sql: ArchiveRows.columns) FROM archives
                WHERE fingerprint = \(archive.fingerprint) AND is_ready = 1 AND name = \(archive.name)
                    AND \(sql: ArchiveRows.belongs(to: archive.owner)) AND expires > \(archive.dateCreated)
                    AND collection IS NOT DISTINCT FROM (SELECT collection FROM archives WHERE id = \(archive.id))
                """, ArchiveRows.read)
            if let former {
                try session.execute(
                    """
                    UPDATE archives SET expires = \(archive.expires), bytes_sent = 0, date_sent = NULL
                    WHERE id = \(former.id)
                    """)
                try session.execute("UPDATE archives SET expires = 0 WHERE id = \(archive.id)")
            } else {
                try session.execute(
                    """
                    UPDATE archives SET is_ready = 1, files = \(archive.files), bytes = \(archive.bytes),
                        directory_offset = \(archive.directoryOffset), directory_length = \(archive.directoryLength),
                        fingerprint = \(archive.fingerprint), expires = \(archive.expires)
                    WHERE id = \(archive.id)
                    """)
            }
            let shown = former?.id ?? archive.id
            guard
                let result = try session.first(
                    "SELECT \(sql: ArchiveRows.columns) FROM archives WHERE id = \(shown)", ArchiveRows.read)
            else { throw CatalogError(.malformedRow, "an archive that is being made does not exist") }
            return result
        }
    }

    private static func candidate(_ row: SQLRow) throws -> ArchiveCandidate {
        ArchiveCandidate(
            image: try row.identity("image_id"), version: try row.integer("version"), name: try row.text("name"),
            date: try date(row), damage: try row.textIfPresent("damage"),
            file: try row.blobIfPresent("digest") == nil ? nil : try FileRows.read(row),
            isWithheld: try row.boolean("is_withheld"))
    }

    /// The date of an entry. The metadata is decoded only if it has a time zone offset, which most cameras do not
    /// write.
    private static func date(_ row: SQLRow) throws -> ArchivedDate {
        if let own = try row.textIfPresent("own_taken") {
            return ArchivedDate(taken: try TakenDate(stored: own), added: try row.timestamp("date_added"))
        }
        let text = try row.text("metadata")
        if text.contains("offsetMinutes") {
            let metadata = try PhotoMetadata(stored: text)
            return ArchivedDate(taken: metadata.taken, added: try row.timestamp("date_added"))
        }
        guard let taken = try row.integerIfPresent("date_taken") else {
            return ArchivedDate(taken: nil, added: try row.timestamp("date_added"))
        }
        return ArchivedDate(local: CivilTime(millisecondsSince1970: taken), moment: nil)
    }
}

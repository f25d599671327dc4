internal import Domain
internal import SQL

extension TrashRows {
    /// Moves a trashed image back, with everything by which it is found, and with a new version.
    ///
    /// What it has from its content is read again: the content may have been inspected, and its renditions made, anew.
    /// - Parameter regainsOriginal: whether it has its original again if it had given it up.
    /// - Throws: `CatalogError` with the code `quotaExceeded`.
    static func restore(
        at sequence: Int64, regainsOriginal: Bool = false, now: Timestamp, _ dialect: CatalogDialect,
        _ session: any SQLSession
    ) throws -> RestoreOutcome {
        guard let record = try RecordRows.record(at: sequence, in: "trash", session) else { return .notFound }
        if let own = try RecordRows.record(of: record.content.digest, owner: record.owner, session) {
            return .duplicate(own.id)
        }
        let gaveUpOriginal = try session.exists("SELECT 1 FROM trash WHERE seq = \(sequence) AND gave_up_original = 1")
        if gaveUpOriginal, regainsOriginal {
            try AccountRows.account(record.owner, session)?.requireRoom(for: record.bytes)
        }
        try prepare(sequence, record, session)
        try insertImage(at: sequence, record, now, session)
        try session.execute(
            """
            INSERT INTO image_files (image, image_type, file, date_shown)
            SELECT image, image_type, file, date_shown FROM trash_files WHERE image = \(sequence)
            """)
        try session.execute("DELETE FROM trash WHERE seq = \(sequence)")
        try ImageRows.index(record, at: sequence, dialect, session)
        if gaveUpOriginal, regainsOriginal {
            try session.execute("UPDATE images SET gave_up_original = 0 WHERE seq = \(sequence)")
        }
        try showFiles(of: sequence, record, now, session)
        guard let restored = try RecordRows.record(at: sequence, session) else {
            throw CatalogError(.malformedRow, "an image that was just restored does not exist")
        }
        return .restored(restored)
    }

    /// What another image has by now, the restored one has no more: its external id, and that there is no other of its
    /// content.
    private static func prepare(_ sequence: Int64, _ record: ImageRecord, _ session: any SQLSession) throws {
        if let id = record.details.externalID, try ImageRows.image(withExternalID: id, of: record.owner, session) != nil
        {
            try session.execute("UPDATE trash SET external_id = NULL WHERE seq = \(sequence)")
        }
        try session.execute(
            """
            UPDATE trash SET excludes_duplicates = 0
            WHERE seq = \(sequence) AND NOT \(sql: AccountRows.mergesDuplicates("\(record.owner)"))
            """)
    }

    private static func insertImage(
        at sequence: Int64, _ record: ImageRecord, _ now: Timestamp, _ session: any SQLSession
    ) throws {
        let (content, details) = (record.content, record.details)
        let size = record.size
        // Before, so that the image is restored by one statement, and its change recorded once.
        try session.execute("UPDATE trash SET version = version + 1, date_modified = \(now) WHERE seq = \(sequence)")
        try session.execute(
            """
            INSERT INTO images (\(sql: columns), format, width, height, date_taken, has_thumbnail, has_full_size, camera,
                title_key, rating, date_taken_end)
            SELECT \(sql: columns), \(content.format), \(size.width), \(size.height),
                \((details.taken ?? content.metadata.taken)?.localMilliseconds), 0, 0, \(content.metadata.cameraName),
                \(ImageRows.titleKey(details.title)), \((details.rating ?? content.metadata.rating).map(Int64.init)),
                \((details.taken ?? content.metadata.taken)?.endMilliseconds)
            FROM trash WHERE seq = \(sequence)
            """)
    }

    /// Shows an image what it showed. If its renditions were lost or became outdated meanwhile, it awaits them.
    static func showFiles(
        of sequence: Int64, _ record: ImageRecord, _ now: Timestamp, _ session: any SQLSession
    ) throws {
        let image: SQLQuery = "images.seq = \(sequence)"
        let digest = record.content.digest
        try ShownFileRows.showOriginal(of: digest, session)
        try ShownFileRows.refresh(where: image, session)
        switch record.state {
        case .pending: break
        case .ready:
            try session.execute("UPDATE images SET awaits_files = 1 WHERE \(sql: image) AND state = 0")
        case .damaged:
            // Another image of the content may have shown that it is not damaged.
            try session.execute(
                """
                UPDATE images SET state = 0, awaits_files = 1 WHERE \(sql: image) AND state = 2
                    AND (SELECT damage FROM contents WHERE contents.digest = images.digest) IS NULL
                """)
        }
        try ImageRows.awaitRenditions(of: sequence, digest, now: now, session)
    }
}

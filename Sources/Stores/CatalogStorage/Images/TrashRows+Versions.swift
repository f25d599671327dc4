internal import Domain
internal import SQL

/// Versions: what images were before their originals were replaced (`docs/decisions/0066`).
extension TrashRows {
    /// Keeps what an image is as a version of it, with an id and a sequence of its own. The image shows no file any more;
    /// archives that name its file find that of the version.
    ///
    /// - Parameters:
    ///   - record: the stored record.
    ///   - isDeleted: whether only its files are held.
    static func insertVersion(
        of image: Int64, _ record: ImageRecord, isDeleted: Bool, now: Timestamp, _ dialect: CatalogDialect,
        _ session: any SQLSession
    ) throws {
        let version = try dialect.nextImageSequence(session)
        try session.execute(
            """
            INSERT INTO trash (seq, id, \(sql: shared), date_trashed, is_deleted, version_of)
            SELECT \(version), \(ImageID()), \(sql: shared), \(now), \(isDeleted), \(record.id)
            FROM images WHERE seq = \(image)
            """)
        try session.execute(
            """
            INSERT INTO trash_files (image, image_type, file, date_shown)
            SELECT \(version), image_type, file, date_shown FROM image_files WHERE image = \(image)
            """)
        try session.execute("DELETE FROM image_files WHERE image = \(image)")
        try moveFiles(of: image, to: version, session)
    }

    /// The sequence of the image that a version belongs to; nil if it is not a version, or if there is no such image.
    static func image(ofVersion version: Int64, _ session: any SQLSession) throws -> Int64? {
        try session.first(
            """
            SELECT images.seq FROM trash JOIN images ON images.id = trash.version_of AND images.owner = trash.owner
            WHERE trash.seq = \(version)
            """
        ) { try $0.integer(0) }
    }

    /// Makes an image what a version of it was: its original with its renditions, and how it was turned. What it is now
    /// becomes a version.
    ///
    /// - Returns: `restored` with the image, or `duplicate`.
    static func restoreVersion(
        at version: Int64, of image: Int64, now: Timestamp, _ dialect: CatalogDialect, _ session: any SQLSession
    ) throws -> RestoreOutcome {
        guard let former = try RecordRows.record(at: version, in: "trash", session),
            let current = try RecordRows.record(at: image, session)
        else { return .notFound }
        if let own = try RecordRows.record(of: former.content.digest, owner: current.owner, session) {
            return .duplicate(own.id)
        }
        try insertVersion(of: image, current, isDeleted: false, now: now, dialect, session)
        try ImageRows.replaceContent(
            of: image, current,
            by: ReplacedContent(
                content: former.content, bytes: former.bytes, sentName: former.sentName,
                rotation: former.details.rotation, awaitsFiles: former.state == .pending),
            now: now, dialect, session)
        try session.execute(
            """
            UPDATE images SET gave_up_original = 1 WHERE seq = \(image)
                AND EXISTS (SELECT 1 FROM trash WHERE seq = \(version) AND gave_up_original = 1)
            """)
        try session.execute(
            """
            INSERT INTO image_files (image, image_type, file, date_shown)
            SELECT \(image), image_type, file, date_shown FROM trash_files WHERE image = \(version)
            """)
        try moveFiles(of: version, to: image, session)
        try session.execute("DELETE FROM trash WHERE seq = \(version)")
        try showFiles(of: image, former, now, session)
        return try RecordRows.record(at: image, session).map(RestoreOutcome.restored) ?? .notFound
    }

    /// Deletes the versions of an image that is deleted for good. Their files are removed by `Catalog.purge`.
    static func deleteVersions(of image: ImageID, _ session: any SQLSession) throws {
        try session.execute("UPDATE trash SET is_deleted = 1 WHERE version_of = \(image) AND is_deleted = 0")
    }

    /// Moves what names a row by its sequence: the files that it has to itself, and the entries of archives.
    private static func moveFiles(of old: Int64, to new: Int64, _ session: any SQLSession) throws {
        try session.execute("UPDATE files SET image = \(new) WHERE image = \(old)")
        try session.execute("UPDATE archive_entries SET image = \(new) WHERE image = \(old)")
    }
}

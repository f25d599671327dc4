internal import Domain
internal import SQL

/// Rows of `image_files`: which files an image shows, and since when.
///
/// A rendition is kept once for all images of a content, but an image shows it only once it was made or asked for on
/// the image's own account. So nobody learns from an image who else has its bytes (`docs/decisions/0042`).
enum ShownFileRows {
    /// The columns of a file as an image shows it: its date is the one since when the image does.
    static let columns: SQLQuery = """
        files.digest, files.image_type, files.path, files.format, files.rotation, files.width, files.height, files.bytes,
        files.crc32, shown.date_shown AS date_uploaded
        """

    /// Joins `images` with the file of a type that each shows.
    static func join(_ type: SQLQuery) -> SQLQuery {
        """
        JOIN image_files AS shown ON shown.image = images.seq AND shown.image_type = \(sql: type)
        JOIN files ON files.seq = shown.file AND \(sql: isTurnedAsItsImage)
        """
    }

    /// The same for images that may show none.
    static func leftJoin(_ type: FileType) -> SQLQuery { leftJoin("\(type)" as SQLQuery) }

    static func leftJoin(_ type: SQLQuery) -> SQLQuery {
        """
        LEFT JOIN image_files AS shown ON shown.image = images.seq AND shown.image_type = \(sql: type)
        LEFT JOIN files ON files.seq = shown.file AND \(sql: isTurnedAsItsImage)
        """
    }

    /// Whether a file shows the picture as its image is turned: a rendition that was made before it was turned is shown no
    /// more, but stays until there is another.
    static let isTurnedAsItsImage: SQLQuery = "(files.rotation = images.rotation OR files.image_type = 'original')"

    static func file(_ type: FileType, of image: ImageID, _ session: any SQLSession) throws -> StoredFile? {
        try session.first(
            "SELECT \(sql: columns) FROM images \(sql: join("\(type)")) WHERE images.id = \(image)", FileRows.read)
    }

    /// Shows a file that an image has to itself, in place of the one that it shows.
    static func show(_ file: StoredFile, only image: Int64, _ session: any SQLSession) throws {
        let sequence = try FileRows.insertOrReplace(file, ofImage: image, session)
        try session.execute(
            """
            INSERT INTO image_files (image, image_type, file, date_shown)
            VALUES (\(image), \(file.type), \(sequence), \(file.dateUploaded))
            ON CONFLICT (image, image_type) DO UPDATE SET file = excluded.file, date_shown = excluded.date_shown
            """)
    }

    /// Shows the original of a content to those of its images that have not given it up.
    static func showOriginal(of digest: Digest, _ session: any SQLSession) throws {
        try session.execute(
            """
            INSERT INTO image_files (image, image_type, file, date_shown)
            SELECT images.seq, files.image_type, files.seq, images.date_added
            FROM images JOIN files ON files.digest = images.digest AND files.image_type = 'original'
            WHERE images.digest = \(digest) AND images.gave_up_original = 0
            ON CONFLICT (image, image_type) DO NOTHING
            """)
    }

    /// Shows the kept renditions of their contents to some images, as far as there are any.
    ///
    /// - Parameter images: a condition on `images`.
    static func showRenditions(where images: SQLQuery, now: Timestamp, _ session: any SQLSession) throws {
        try session.execute(
            """
            INSERT INTO image_files (image, image_type, file, date_shown)
            SELECT images.seq, files.image_type, files.seq, \(now)
            FROM images JOIN files ON files.digest = images.digest AND files.image IS NULL
                AND files.rotation = images.rotation
            WHERE \(sql: images) AND files.image_type IN ('thumbnail', 'full-size')
            ON CONFLICT (image, image_type) DO UPDATE SET file = excluded.file, date_shown = excluded.date_shown
                WHERE image_files.file <> excluded.file
            """)
        try refresh(where: images, session)
        // The renditions that are still missing are awaited as before, unless they cannot be made.
        try session.execute(
            """
            UPDATE images SET awaits_files = 0, state = CASE WHEN state = 1 THEN 1 ELSE 2 END
            WHERE \(sql: images) AND (state = 1
                OR (SELECT damage FROM contents WHERE contents.digest = images.digest) IS NOT NULL)
            """)
    }

    /// How many files of a type an image shows.
    private static func count(_ type: FileType) -> SQLQuery {
        """
        (SELECT count(*) FROM image_files JOIN files ON files.seq = image_files.file
            WHERE image_files.image = images.seq AND image_files.image_type = \(type) AND \(sql: isTurnedAsItsImage))
        """
    }

    /// Updates the flags of images, which follow from what they show.
    static func refresh(where images: SQLQuery, _ session: any SQLSession) throws {
        try session.execute(
            """
            UPDATE images SET
                has_thumbnail = \(sql: count(.thumbnail)), has_full_size = \(sql: count(.fullSize))
            WHERE \(sql: images)
            """)
        try session.execute(
            """
            UPDATE images SET state = CASE WHEN has_thumbnail = 1 AND has_full_size = 1 THEN 1
                WHEN state = 1 THEN 0 ELSE state END
            WHERE \(sql: images)
            """)
    }

    /// Whether an image shows a file, or one in the trash would.
    static func isShown(_ file: SQLQuery) -> SQLQuery {
        """
        (EXISTS (SELECT 1 FROM image_files WHERE image_files.file = \(sql: file))
            OR EXISTS (SELECT 1 FROM trash_files WHERE trash_files.file = \(sql: file)))
        """
    }

    /// Makes an image show no file of a type any more, and forgets the file if no other image shows it.
    ///
    /// - Returns: the file, if it was forgotten.
    static func hide(_ type: FileType, of image: Int64, _ session: any SQLSession) throws -> StoredFile? {
        let file = try session.first(
            "SELECT file FROM image_files WHERE image = \(image) AND image_type = \(type)"
        ) { try $0.integer(0) }
        guard let file else { return nil }
        try session.execute("DELETE FROM image_files WHERE image = \(image) AND image_type = \(type)")
        if FileType.kept.contains(type) {
            try session.execute("UPDATE images SET awaits_files = 0 WHERE seq = \(image)")
        }
        try refresh(where: "images.seq = \(image)", session)
        if try session.exists("SELECT 1 WHERE \(sql: isShown("\(file)"))") { return nil }
        let forgotten = try session.first(
            "SELECT \(sql: FileRows.columns) FROM files WHERE seq = \(file)", FileRows.read)
        try session.execute("DELETE FROM files WHERE seq = \(file)")
        return forgotten
    }
}

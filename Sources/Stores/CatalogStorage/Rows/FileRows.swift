internal import Domain
internal import SQL

/// Rows of `files`.
enum FileRows {
    static let columns: SQLQuery = """
        files.digest, files.image_type, files.path, files.format, files.rotation, files.width, files.height, files.bytes,
        files.crc32, files.date_uploaded
        """

    static func insertIfNew(_ file: StoredFile, _ session: any SQLSession) throws {
        try session.execute(
            """
            \(sql: insertion(of: file, nil))
            ON CONFLICT (digest, image_type, rotation) WHERE image IS NULL DO NOTHING
            """)
    }

    /// Inserts a file, or replaces the one of its type that the content has for all images that are turned so, or for one.
    ///
    /// - Parameter image: the sequence of the image that has the file to itself; nil for a file of the content.
    /// - Returns: the file's sequence.
    @discardableResult
    static func insertOrReplace(
        _ file: StoredFile, ofImage image: Int64? = nil, _ session: any SQLSession
    ) throws -> Int64 {
        let conflict: SQLQuery =
            image == nil
            ? "(digest, image_type, rotation) WHERE image IS NULL" : "(image, image_type) WHERE image IS NOT NULL"
        return try session.integer(
            """
            \(sql: insertion(of: file, image)) ON CONFLICT \(sql: conflict) DO UPDATE SET
                path = excluded.path, format = excluded.format, rotation = excluded.rotation,
                width = excluded.width, height = excluded.height, bytes = excluded.bytes, crc32 = excluded.crc32,
                date_uploaded = excluded.date_uploaded
            RETURNING seq
            """)
    }

    /// All files of a content and of its images, in the order in which they were added.
    static func all(of digest: Digest, _ session: any SQLSession) throws -> [StoredFile] {
        try session.all("SELECT \(sql: columns) FROM files WHERE digest = \(digest) ORDER BY seq", read)
    }

    static func read(_ row: SQLRow) throws -> StoredFile {
        guard let crc32 = UInt32(exactly: try row.integer("crc32")) else { throw row.malformed("crc32") }
        return StoredFile(
            digest: try row.digest("digest"), type: try row.word("image_type"), key: try row.blobKey("path"),
            format: try row.word("format"), rotation: try row.orientation("rotation"),
            width: try row.int("width"), height: try row.int("height"), bytes: try row.integer("bytes"), crc32: crc32,
            dateUploaded: try row.timestamp("date_uploaded"))
    }

    private static func insertion(of file: StoredFile, _ image: Int64?) -> SQLQuery {
        """
        INSERT INTO files (digest, image, image_type, path, format, rotation, width, height, bytes, crc32,
            date_uploaded)
        VALUES (\(file.digest), \(image), \(file.type), \(file.key.path), \(file.format), \(file.rotation.exif),
            \(file.width), \(file.height), \(file.bytes), \(Int64(file.crc32)), \(file.dateUploaded))
        """
    }
}

internal import Domain
internal import SQL

/// Rows of `files`.
enum FileRows {
    static let columns: SQLQuery = """
        files.digest, files.image_type, files.path, files.format, files.width, files.height, files.bytes, files.crc32,
        files.date_uploaded
        """

    static func insertIfNew(_ file: StoredFile, _ session: any SQLSession) throws {
        try session.execute("\(sql: insertion(of: file)) ON CONFLICT (digest, image_type) DO NOTHING")
    }

    static func insertOrReplace(_ file: StoredFile, _ session: any SQLSession) throws {
        try session.execute(
            """
            \(sql: insertion(of: file)) ON CONFLICT (digest, image_type) DO UPDATE SET
                path = excluded.path, format = excluded.format, width = excluded.width, height = excluded.height,
                bytes = excluded.bytes, crc32 = excluded.crc32, date_uploaded = excluded.date_uploaded
            """)
    }

    /// All files of a content, in the order in which they were added.
    static func all(of digest: Digest, _ session: any SQLSession) throws -> [StoredFile] {
        try session.all("SELECT \(sql: columns) FROM files WHERE digest = \(digest) ORDER BY seq", read)
    }

    static func read(_ row: SQLRow) throws -> StoredFile {
        guard let crc32 = UInt32(exactly: try row.integer("crc32")) else { throw row.malformed("crc32") }
        return StoredFile(
            digest: try row.digest("digest"), type: try row.word("image_type"), key: try row.blobKey("path"),
            format: try row.word("format"), width: try row.int("width"), height: try row.int("height"),
            bytes: try row.integer("bytes"), crc32: crc32, dateUploaded: try row.timestamp("date_uploaded"))
    }

    private static func insertion(of file: StoredFile) -> SQLQuery {
        """
        INSERT INTO files (digest, image_type, path, format, width, height, bytes, crc32, date_uploaded)
        VALUES (\(file.digest), \(file.type), \(file.key.path), \(file.format), \(file.width), \(file.height),
            \(file.bytes), \(Int64(file.crc32)), \(file.dateUploaded))
        """
    }
}

internal import Domain
internal import SQL

/// Rows of `contents`.
enum ContentRows {
    /// Inserts a content unless it exists, and returns the stored one. An older version may have read its metadata.
    static func insertIfNew(_ content: ImageContent, _ session: any SQLSession) throws -> ImageContent {
        var metadata = content.metadata
        metadata.exif = nil
        let exif = try content.metadata.exif.map { try JSONText.encode($0) }
        let inserted = try session.execute(
            """
            INSERT INTO contents (digest, format, width, height, orientation, frames, has_alpha, damage, metadata, exif)
            VALUES (\(content.digest), \(content.format), \(content.width), \(content.height), \(content.orientation),
                \(content.frames), \(content.hasAlpha), \(content.damage), \(try JSONText.encode(metadata)), \(exif))
            ON CONFLICT (digest) DO NOTHING
            """)
        return inserted > 0 ? content : try self.content(content.digest, session) ?? content
    }

    static func exists(_ digest: Digest, _ session: any SQLSession) throws -> Bool {
        try session.exists("SELECT 1 FROM contents WHERE digest = \(digest)")
    }

    static func content(_ digest: Digest, _ session: any SQLSession) throws -> ImageContent? {
        try first("metadata, exif", digest, session)
    }

    /// The content without its metadata, which would take several times as long to read.
    static func pixels(_ digest: Digest, _ session: any SQLSession) throws -> ImageContent? {
        try first("'{}' AS metadata, NULL AS exif", digest, session)
    }

    private static func first(
        _ metadata: SQLQuery, _ digest: Digest, _ session: any SQLSession
    ) throws -> ImageContent? {
        try session.first(
            """
            SELECT digest, format AS content_format, width AS content_width, height AS content_height, orientation,
                frames, has_alpha, damage, \(sql: metadata)
            FROM contents WHERE digest = \(digest)
            """, read)
    }

    /// Reads a content from columns named as in the table, with the prefix `content_` if images have such a column too.
    static func read(_ row: SQLRow) throws -> ImageContent {
        var metadata = try PhotoMetadata(stored: try row.text("metadata"))
        if let exif = try row.textIfPresent("exif") { metadata.exif = try JSONText.decodeAny(exif) }
        return ImageContent(
            digest: try row.digest("digest"), format: try row.word("content_format"),
            width: try row.int("content_width"), height: try row.int("content_height"),
            orientation: try row.int("orientation"), frames: try row.int("frames"),
            hasAlpha: try row.boolean("has_alpha"), metadata: metadata, damage: try row.textIfPresent("damage"))
    }
}

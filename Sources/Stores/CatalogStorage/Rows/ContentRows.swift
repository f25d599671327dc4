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
            INSERT INTO contents (digest, format, width, height, orientation, frames, has_alpha, damage, metadata, exif,
                inspection)
            VALUES (\(content.digest), \(content.format), \(content.width), \(content.height), \(content.orientation),
                \(content.frames), \(content.hasAlpha), \(content.damage), \(try JSONText.encode(metadata)), \(exif),
                \(content.versions.inspection))
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
                frames, has_alpha, damage, \(sql: versionColumns), \(sql: metadata)
            FROM contents WHERE digest = \(digest)
            """, read)
    }

    /// Writes what an inspection has found.
    static func refresh(_ content: ImageContent, _ session: any SQLSession) throws {
        var metadata = content.metadata
        metadata.exif = nil
        try session.execute(
            """
            UPDATE contents SET width = \(content.width), height = \(content.height),
                orientation = \(content.orientation), frames = \(content.frames), has_alpha = \(content.hasAlpha),
                metadata = \(try JSONText.encode(metadata)),
                exif = \(try content.metadata.exif.map { try JSONText.encode($0) }),
                inspection = \(content.versions.inspection)
            WHERE digest = \(content.digest)
            """)
    }

    /// Writes the recipe of the kept renditions, and the colour. If the record shows a difference, images have a new
    /// version.
    ///
    /// - Parameter isReplaced: whether renditions were replaced, whose links have changed then.
    static func setRecipe(
        _ recipe: Int?, colour: PictureColour?, of digest: Digest, isReplaced: Bool = false, now: Timestamp,
        _ session: any SQLSession
    ) throws {
        let known = try session.first("SELECT colour FROM contents WHERE digest = \(digest)") {
            try $0.integerIfPresent("colour")
        }
        try session.execute(
            """
            UPDATE contents SET recipe = coalesce(\(recipe.map(Int64.init)), recipe), colour = coalesce(\(colour?.number), colour)
            WHERE digest = \(digest)
            """)
        guard isReplaced || (colour != nil && known != colour?.number) else { return }
        // An image that waits for its renditions has a new tag with its state.
        try session.execute(
            """
            UPDATE images SET version = version + 1, date_modified = \(now)
            WHERE digest = \(digest) AND state = 1
            """)
    }

    /// The columns of the versions, of the revision and of the colour.
    static let versionColumns: SQLQuery =
        "contents.inspection, contents.recipe, contents.revision, contents.colour"

    /// Reads a content from columns named as in the table, with the prefix `content_` if images have such a column too.
    static func read(_ row: SQLRow) throws -> ImageContent {
        var metadata = try PhotoMetadata(stored: try row.text("metadata"))
        if let exif = try row.textIfPresent("exif") { metadata.exif = try JSONText.decodeAny(exif) }
        return ImageContent(
            digest: try row.digest("digest"), format: try row.word("content_format"),
            width: try row.int("content_width"), height: try row.int("content_height"),
            orientation: try row.int("orientation"), frames: try row.int("frames"),
            hasAlpha: try row.boolean("has_alpha"), metadata: metadata, damage: try row.textIfPresent("damage"),
            colour: try row.integerIfPresent("colour").flatMap { PictureColour($0) },
            versions: ContentVersions(inspection: try row.int("inspection"), recipe: try row.int("recipe")),
            revision: try row.int("revision"))
    }
}

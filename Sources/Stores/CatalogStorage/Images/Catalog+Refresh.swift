public import Domain
internal import SQL

extension Catalog {
    /// A page of the contents that an older version than the given ones has inspected, or whose renditions it has made.
    ///
    /// - Parameter limit: 1 to 1000.
    /// - Throws: `CatalogError` with the code `foreignCursor`.
    public func outdatedContents(
        before versions: ContentVersions, after cursor: Cursor?, limit: Int
    ) async throws -> Page<Digest> {
        let paging = try Paging("outdated", cursor, limit)
        let hints = dialect.hints
        return try await database.read { session in
            // In the order of the table: sorting what an index finds would read all of it for every page.
            let rows = try session.all(
                """
                SELECT digest, seq FROM contents
                WHERE \(sql: Self.isOutdated(before: versions, hints.hidden("inspection"), hints.hidden("recipe")))
                    AND seq > \(paging.tie) ORDER BY seq LIMIT \(paging.limit + 1)
                """
            ) { (try $0.digest("digest"), CursorKey.none, try $0.integer("seq")) }
            return paging.page(rows)
        }
    }

    /// How many contents there are, and how many of them an older version has handled.
    public func contentCounts(before versions: ContentVersions) async throws -> (all: Int64, outdated: Int64) {
        try await database.read { session in
            (
                try session.integer("SELECT count(*) FROM contents"),
                try session.integer("SELECT count(*) FROM contents WHERE \(sql: Self.isOutdated(before: versions))")
            )
        }
    }

    /// Damaged contents and those whose renditions have not been made have no recipe that could be outdated.
    private static func isOutdated(
        before versions: ContentVersions, _ inspection: SQLQuery = "inspection", _ recipe: SQLQuery = "recipe"
    ) -> SQLQuery {
        """
        (\(sql: inspection) < \(versions.inspection) OR (\(sql: recipe) < \(versions.recipe) AND damage IS NULL AND EXISTS (
            SELECT 1 FROM files WHERE files.digest = contents.digest AND files.image IS NULL
                AND files.image_type IN ('thumbnail', 'full-size'))))
        """
    }

    /// Records what a new inspection has found in a content. Its images follow, except in what a person has set; those
    /// that are shown differently then have a new version.
    public func refresh(_ content: ImageContent, now: Timestamp = .now) async throws {
        try await database.write { [dialect] session in
            guard let old = try ContentRows.content(content.digest, session) else { return }
            var comparable = content
            (comparable.versions, comparable.damage) = (old.versions, old.damage)
            (comparable.colour, comparable.revision) = (old.colour, old.revision)
            let records = comparable == old ? [] : try RecordRows.records(of: content.digest, session)
            try ContentRows.refresh(content, session)
            for (sequence, record) in records {
                try ImageRows.refresh(at: sequence, record, to: content, modified: now, dialect, session)
            }
        }
    }

    /// Records that the kept renditions of a content were made by a recipe, and the colour that was seen in them.
    public func setRecipe(
        _ recipe: Int, colour: PictureColour?, of digest: Digest, now: Timestamp = .now
    ) async throws {
        try await database.write { session in
            try ContentRows.setRecipe(recipe, colour: colour, of: digest, now: now, session)
        }
    }

    /// Puts renditions in the place of those of their types that all images of a content show.
    ///
    /// - Returns: the keys of the files that are no longer known.
    public func replaceRenditions(
        _ files: [StoredFile], of digest: Digest, recipe: Int, colour: PictureColour?, now: Timestamp = .now
    ) async throws -> [BlobKey] {
        try await database.write { session in
            guard try ContentRows.exists(digest, session) else { return files.map(\.key) }
            var replaced: [BlobKey] = []
            for file in files {
                let former = try session.first(
                    """
                    SELECT \(sql: FileRows.columns) FROM files
                    WHERE digest = \(digest) AND image_type = \(file.type) AND rotation = \(file.rotation.exif)
                        AND image IS NULL
                    """, FileRows.read)
                let sequence = try FileRows.insertOrReplace(file, session)
                try session.execute("UPDATE image_files SET date_shown = \(now) WHERE file = \(sequence)")
                if let former, former.key != file.key { replaced.append(former.key) }
            }
            try session.execute("UPDATE contents SET revision = revision + 1 WHERE digest = \(digest)")
            try ContentRows.setRecipe(recipe, colour: colour, of: digest, isReplaced: true, now: now, session)
            return replaced
        }
    }
}

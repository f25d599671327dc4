public import Domain
internal import SQL

extension Catalog {
    /// The file of a type that a content has for all of its images that nobody has turned.
    public func file(of digest: Digest, _ type: FileType) async throws -> StoredFile? {
        try await database.read { session in
            try session.first(
                """
                SELECT \(sql: FileRows.columns) FROM files
                WHERE digest = \(digest) AND image_type = \(type) AND image IS NULL AND rotation = 1
                """, FileRows.read)
        }
    }

    /// Whether the catalogue has a file with this key.
    public func hasFile(at key: BlobKey) async throws -> Bool {
        guard let digest = key.digest else { return false }
        return try await database.read { session in
            try session.exists("SELECT 1 FROM files WHERE digest = \(digest) AND path = \(key.path)")
        }
    }

    /// All files of a content and of its images.
    public func files(of digest: Digest) async throws -> [StoredFile] {
        try await database.read { session in try FileRows.all(of: digest, session) }
    }

    /// Records that the store has files for all images of their contents. Each replaces the file of the same content
    /// and type. An original is shown by the images that have not given it up, a rendition as soon as it is asked for
    /// (`showRenditions`).
    ///
    /// - Parameters:
    ///   - recipe: the version of the recipe by which all kept renditions of the content were made; nil to leave it.
    ///   - colour: the colour that was seen in the thumbnail; nil to leave it.
    /// - Returns: the files that were not recorded because their content has been deleted.
    @discardableResult
    public func addFiles(
        _ files: [StoredFile], recipe: Int? = nil, colour: PictureColour? = nil, now: Timestamp = .now
    ) async throws -> [StoredFile] {
        guard !files.isEmpty else { return [] }
        return try await database.write { session in
            var refused: [StoredFile] = []
            for file in files {
                if try ContentRows.exists(file.digest, session) {
                    try FileRows.insertOrReplace(file, session)
                } else {
                    refused.append(file)
                }
            }
            for file in files where file.type == .original {
                try ShownFileRows.showOriginal(of: file.digest, session)
            }
            if let digest = files.first?.digest, recipe != nil || colour != nil {
                try ContentRows.setRecipe(recipe, colour: colour, of: digest, now: now, session)
            }
            return refused
        }
    }

    /// Records that the store has lost a file; false if the file was not recorded. Images that have shown it await
    /// another one, if it is a kept rendition.
    @discardableResult
    public func removeFile(at key: BlobKey) async throws -> Bool {
        guard let digest = key.digest else { return false }
        return try await database.write { session in
            let file: SQLQuery = "SELECT seq FROM files WHERE digest = \(digest) AND path = \(key.path)"
            let shown: SQLQuery = "images.seq IN (SELECT image FROM image_files WHERE file IN (\(sql: file)))"
            let images = try session.all("SELECT seq FROM images WHERE \(sql: shown)") { try $0.integer(0) }
            try session.execute("DELETE FROM image_files WHERE file IN (\(sql: file))")
            let removed = try session.execute("DELETE FROM files WHERE digest = \(digest) AND path = \(key.path)")
            for image in images {
                try ShownFileRows.refresh(where: "images.seq = \(image)", session)
                try session.execute("UPDATE images SET awaits_files = 1 WHERE seq = \(image) AND state = 0")
            }
            return removed > 0
        }
    }

    /// A page of all files, in the order in which they were added.
    ///
    /// - Parameter limit: 1 to 1000.
    /// - Throws: `CatalogError` with the code `foreignCursor`.
    public func allFiles(after cursor: Cursor?, limit: Int) async throws -> Page<StoredFile> {
        let paging = try Paging("files", cursor, limit)
        return try await database.read { session in
            let rows = try session.all(
                """
                SELECT \(sql: FileRows.columns), files.seq FROM files
                WHERE files.seq > \(paging.tie) ORDER BY files.seq LIMIT \(paging.limit + 1)
                """
            ) { (try FileRows.read($0), CursorKey.none, try $0.integer("seq")) }
            return paging.page(rows)
        }
    }
}

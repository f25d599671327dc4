public import Domain
internal import SQL

extension Catalog {
    /// The file of a type of a content.
    public func file(of digest: Digest, _ type: FileType) async throws -> StoredFile? {
        try await database.read { session in
            try session.first(
                """
                SELECT \(sql: FileRows.columns) FROM files WHERE digest = \(digest) AND image_type = \(type)
                """, FileRows.read)
        }
    }

    /// All files of a content.
    public func files(of digest: Digest) async throws -> [StoredFile] {
        try await database.read { session in try FileRows.all(of: digest, session) }
    }

    /// Records that the store has files. Each replaces the file of the same content and type.
    ///
    /// - Returns: the files that were not recorded because their content has been deleted.
    @discardableResult
    public func addFiles(_ files: [StoredFile]) async throws -> [StoredFile] {
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
            for digest in Set(files.map(\.digest)) { try ContentRows.refresh(digest, session) }
            return refused
        }
    }

    /// Records that the store no longer has a file; false if the file was not recorded.
    @discardableResult
    public func removeFile(of digest: Digest, _ type: FileType) async throws -> Bool {
        try await database.write { session in
            let removed = try session.execute(
                "DELETE FROM files WHERE digest = \(digest) AND image_type = \(type)")
            try ContentRows.refresh(digest, session)
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

public import Domain
internal import SQL

extension Catalog {
    /// A page of the files of a type that images show, each with its image, oldest image first.
    ///
    /// - Parameter limit: 1 to 1000.
    /// - Throws: `CatalogError` with the code `foreignCursor`.
    public func files(
        ofType type: FileType, visibleTo audience: Audience, after cursor: Cursor?, limit: Int
    ) async throws -> Page<ImageFile> {
        let paging = try Paging("files:\(type.rawValue)", cursor, limit)
        return try await database.read { [dialect] session in
            let rows = try session.all(
                """
                SELECT \(sql: ShownFileRows.columns), images.id AS image, images.seq AS sequence
                FROM image_files AS shown
                \(sql: dialect.hints.orderedJoin) images ON images.seq = shown.image
                \(sql: dialect.hints.orderedJoin) files ON files.seq = shown.file
                WHERE shown.image_type = \(type) AND shown.image > \(paging.tie)
                    AND \(sql: ShownFileRows.isTurnedAsItsImage) AND \(sql: audience.condition)
                ORDER BY shown.image LIMIT \(paging.limit + 1)
                """
            ) { row in
                (
                    ImageFile(image: try row.identity("image"), file: try FileRows.read(row)),
                    CursorKey.none, try row.integer("sequence")
                )
            }
            return paging.page(rows)
        }
    }
}

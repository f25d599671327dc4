public import Domain
internal import SQL

extension Catalog {
    /// A page of the files of a type, each with its image, in the order in which the files were added.
    ///
    /// If several images have the same content, its file is listed once for each of them.
    /// - Parameter limit: 1 to 1000.
    /// - Throws: `CatalogError` with the code `foreignCursor`.
    public func files(
        ofType type: FileType, visibleTo audience: Audience, after cursor: Cursor?, limit: Int
    ) async throws -> Page<ImageFile> {
        let paging = try Paging("files:\(type.rawValue)", cursor, limit)
        return try await database.read { [dialect] session in
            let rows = try session.all(
                """
                SELECT \(sql: FileRows.columns), images.id AS image, files.seq AS sequence, images.seq AS image_sequence
                FROM files \(sql: dialect.hints.orderedJoin) images ON images.digest = files.digest
                WHERE files.image_type = \(type) AND files.seq >= \(paging.key)
                    AND (files.seq > \(paging.key) OR images.seq > \(paging.tie)) AND \(sql: audience.condition)
                ORDER BY files.seq, images.seq LIMIT \(paging.limit + 1)
                """
            ) { row in
                (
                    ImageFile(image: try row.identity("image"), file: try FileRows.read(row)),
                    CursorKey.integer(try row.integer("sequence")), try row.integer("image_sequence")
                )
            }
            return paging.page(rows)
        }
    }
}

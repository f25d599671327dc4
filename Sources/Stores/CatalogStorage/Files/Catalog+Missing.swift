public import Domain
internal import SQL

extension Catalog {
    /// A page of the images that show no file of a type, oldest first.
    ///
    /// - Parameter limit: 1 to 1000.
    /// - Throws: `CatalogError` with the code `foreignCursor`.
    public func images(
        lacking type: FileType, visibleTo audience: Audience, after cursor: Cursor?, limit: Int
    ) async throws -> Page<ImageLackingFile> {
        let paging = try Paging("missing:\(type.rawValue)", cursor, limit)
        return try await database.read { session in
            let rows = try session.all(
                """
                SELECT images.id, images.seq, CASE images.state WHEN 2 THEN contents.damage END AS damage
                FROM images JOIN contents ON contents.digest = images.digest
                WHERE images.seq > \(paging.tie) AND \(sql: Self.lacks(type)) AND \(sql: audience.condition)
                ORDER BY images.seq LIMIT \(paging.limit + 1)
                """
            ) { row in
                let image = ImageLackingFile(image: try row.identity("id"), damage: try row.textIfPresent("damage"))
                return (image, CursorKey.none, try row.integer("seq"))
            }
            return paging.page(rows)
        }
    }

    /// The contents of a page of the images that show no file of a type and are not known to be damaged, oldest first.
    /// A content may come more than once.
    ///
    /// - Parameters:
    ///   - owner: the account of the images; nil for all accounts.
    ///   - limit: 1 to 1000.
    /// - Throws: `CatalogError` with the code `foreignCursor`.
    public func contents(
        lacking type: FileType, ownedBy owner: AccountID? = nil, after cursor: Cursor?, limit: Int
    ) async throws -> Page<Digest> {
        let isOwned: SQLQuery = owner.map { "images.owner = \($0)" } ?? "1 = 1"
        let paging = try Paging("lacking:\(type.rawValue)", cursor, limit)
        return try await database.read { session in
            let rows = try session.all(
                """
                SELECT images.digest, images.seq FROM images
                WHERE images.seq > \(paging.tie) AND \(sql: Self.lacks(type)) AND images.state <> 2
                    AND \(sql: isOwned)
                ORDER BY images.seq LIMIT \(paging.limit + 1)
                """
            ) { (try $0.digest(0), CursorKey.none, try $0.integer(1)) }
            return paging.page(rows)
        }
    }

    /// The condition for images that show no file of a type. Kept renditions have a flag with a partial index.
    static func lacks(_ type: FileType) -> SQLQuery {
        switch type {
        case .thumbnail: "images.has_thumbnail = 0"
        case .fullSize: "images.has_full_size = 0"
        case .original, .compressed:
            """
            NOT EXISTS (SELECT 1 FROM image_files JOIN files ON files.seq = image_files.file
                WHERE image_files.image = images.seq AND image_files.image_type = \(type)
                    AND \(sql: ShownFileRows.isTurnedAsItsImage))
            """
        }
    }
}

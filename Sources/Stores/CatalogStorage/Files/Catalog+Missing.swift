public import Domain
internal import SQL

extension Catalog {
    /// A page of the images whose content has no file of a type, oldest first.
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
                SELECT images.id, images.seq, contents.damage
                FROM images JOIN contents ON contents.digest = images.digest
                WHERE images.seq > \(paging.tie) AND \(sql: Self.lacks(type, "images")) AND \(sql: audience.condition)
                ORDER BY images.seq LIMIT \(paging.limit + 1)
                """
            ) { row in
                let image = ImageLackingFile(image: try row.identity("id"), damage: try row.textIfPresent("damage"))
                return (image, CursorKey.none, try row.integer("seq"))
            }
            return paging.page(rows)
        }
    }

    /// A page of the contents that have no file of a type and are not known to be damaged, oldest first.
    ///
    /// - Parameters:
    ///   - owner: the account that has images of the contents; nil for all accounts.
    ///   - limit: 1 to 1000.
    /// - Throws: `CatalogError` with the code `foreignCursor`.
    public func contents(
        lacking type: FileType, ownedBy owner: AccountID? = nil, after cursor: Cursor?, limit: Int
    ) async throws -> Page<Digest> {
        let isOwned: SQLQuery =
            owner.map { owner in
                """
                EXISTS (SELECT 1 FROM images WHERE images.owner = \(owner) AND images.digest = contents.digest)
                """
            } ?? "1 = 1"
        let paging = try Paging("lacking:\(type.rawValue)", cursor, limit)
        return try await database.read { session in
            let rows = try session.all(
                """
                SELECT contents.digest, contents.seq FROM contents
                WHERE contents.seq > \(paging.tie) AND \(sql: Self.lacks(type, "contents")) AND damage IS NULL
                    AND \(sql: isOwned)
                ORDER BY contents.seq LIMIT \(paging.limit + 1)
                """
            ) { (try $0.digest(0), CursorKey.none, try $0.integer(1)) }
            return paging.page(rows)
        }
    }

    /// The condition for rows without a file of a type. Stored renditions have a flag with a partial index.
    static func lacks(_ type: FileType, _ table: SQLQuery) -> SQLQuery {
        switch type {
        case .thumbnail: "\(sql: table).has_thumbnail = 0"
        case .fullSize: "\(sql: table).has_full_size = 0"
        case .original, .compressed:
            """
            NOT EXISTS (SELECT 1 FROM files WHERE files.digest = \(sql: table).digest AND image_type = \(type))
            """
        }
    }
}

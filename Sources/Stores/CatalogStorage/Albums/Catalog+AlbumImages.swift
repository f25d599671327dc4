public import Domain
internal import SQL

extension Catalog {
    /// A page of the images that an album shows a reader, in the album's order. It is shorter than the limit if the records
    /// are large.
    ///
    /// - Parameter limit: 1 to 1000.
    /// - Throws: `CatalogError` with the code `foreignCursor`.
    public func images(
        in standing: AlbumStanding, after cursor: Cursor?, limit: Int
    ) async throws -> Page<ImageRecord> {
        let list = try AlbumListing(standing, cursor, limit)
        return try await database.read { session in
            let rows = try list.rows(session)
            var (images, read, bytes): ([ImageRecord], Int, Int) = ([], 0, 0)
            for row in rows.prefix(list.limit) where bytes < PageFilling<ImageRecord>.maximumBytes {
                read += 1
                guard let record = try RecordRows.record(at: row.sequence, session) else { continue }
                images.append(record)
                bytes += record.byteCount
            }
            return Page(elements: images, next: list.next(after: read, of: rows))
        }
    }

    /// Only the ids of the images, in the same order.
    public func ids(in standing: AlbumStanding, after cursor: Cursor?, limit: Int) async throws -> Page<ImageID> {
        let list = try AlbumListing(standing, cursor, limit)
        return try await database.read { session in
            let rows = try list.rows(session)
            let ids = try rows.prefix(list.limit).compactMap { row in
                try session.first("SELECT id FROM images WHERE seq = \(row.sequence)") {
                    try $0.identity(0, as: ImageID.self)
                }
            }
            return Page(elements: ids, next: list.next(after: min(list.limit, rows.count), of: rows))
        }
    }

    /// Whether an album shows an image to a reader.
    public func has(_ image: ImageID, in standing: AlbumStanding) async throws -> Bool {
        try await database.read { session in
            try session.exists(
                "SELECT 1 FROM images WHERE id = \(image) AND \(sql: AlbumConditions.hasImage([standing.scope]))")
        }
    }

    /// Whether any album shows an image to an account, or to strangers if it is nil.
    public func isShownByAlbum(_ image: ImageID, to account: AccountID?) async throws -> Bool {
        try await database.read { session in
            try session.exists(
                "SELECT 1 FROM images WHERE id = \(image) AND \(sql: AlbumConditions.showsImage(to: account))")
        }
    }
}

/// A page of the rows of an album, in its order.
struct AlbumListing {
    typealias Row = (sequence: Int64, key: CursorKey)

    let limit: Int
    private let standing: AlbumStanding
    private let cursor: Cursor?
    private let column: SQLQuery
    private let descends: Bool
    private let name: String

    init(_ standing: AlbumStanding, _ cursor: Cursor?, _ limit: Int) throws {
        (self.standing, self.cursor, self.limit) = (standing, cursor, min(max(1, limit), 1000))
        let order = standing.album.details.order
        column = order == .manual ? "position" : "date"
        descends = order == .latestTaken
        name = "album \(order.rawValue)"
        if let cursor, cursor.order != name || cursor.key == .none { throw Paging.foreign }
    }

    /// One row more than the limit if another page follows.
    func rows(_ session: any SQLSession) throws -> [Row] {
        guard let album = try AlbumRows.sequence(of: standing.album.id, session) else { return [] }
        return try session.all(query(album)) { row in
            switch try row.value("key") {
            case .integer(let number): (try row.integer("image"), .integer(number))
            case .text(let text): (try row.integer("image"), .text(text))
            default: throw row.malformed("key")
            }
        }
    }

    func next(after count: Int, of rows: [Row]) -> Cursor? {
        guard rows.count > count, count > 0 else { return nil }
        return Cursor(order: name, key: rows[count - 1].key, tie: rows[count - 1].sequence)
    }

    func query(_ album: Int64) -> SQLQuery {
        let direction: SQLQuery = descends ? "DESC" : "ASC"
        return """
            SELECT image, \(sql: column) AS key FROM album_images
            WHERE album = \(album) AND is_present = 1 AND \(sql: AlbumConditions.isSeen("album_images", in: standing.scope))
                AND \(sql: range)
            ORDER BY \(sql: column) \(sql: direction), image \(sql: direction) LIMIT \(limit + 1)
            """
    }

    private var range: SQLQuery {
        guard let cursor else { return "1 = 1" }
        let key: SQLQuery =
            switch cursor.key {
            case .integer(let number): "\(number)"
            case .text(let text): "\(text)"
            case .none: "NULL"
            }
        return descends
            ? "\(sql: column) <= \(sql: key) AND (\(sql: column) < \(sql: key) OR image < \(cursor.tie))"
            : "\(sql: column) >= \(sql: key) AND (\(sql: column) > \(sql: key) OR image > \(cursor.tie))"
    }
}

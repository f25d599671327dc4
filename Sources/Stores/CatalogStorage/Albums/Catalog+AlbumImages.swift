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
        return try await database.read { session in try list.images(session) }
    }

    /// Only the ids of the images, in the same order.
    public func ids(in standing: AlbumStanding, after cursor: Cursor?, limit: Int) async throws -> Page<ImageID> {
        let list = try AlbumListing(standing, cursor, limit)
        return try await database.read { session in try list.ids(session) }
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

/// A page of the images of an album, in its order.
struct AlbumListing: ImageListing {
    let limit: Int
    let cursor: Cursor?
    let name: String
    let image: SQLQuery = "image"
    let column: SQLQuery
    let descends: Bool
    private let standing: AlbumStanding

    /// - Throws: `CatalogError` with the code `foreignCursor`.
    init(_ standing: AlbumStanding, _ cursor: Cursor?, _ limit: Int) throws {
        (self.standing, self.cursor, self.limit) = (standing, cursor, min(max(1, limit), 1000))
        let order = standing.album.details.order
        column = order == .manual ? "position" : "date"
        descends = order == .latestTaken
        name = "album \(order.rawValue)"
        try requireOwnCursor()
    }

    func rows(_ session: any SQLSession) throws -> [ListedImage] {
        guard let album = try AlbumRows.sequence(of: standing.album.id, session) else { return [] }
        return try session.all(query(album)) { try $0.listedImage() }
    }

    func query(_ album: Int64) -> SQLQuery {
        """
        SELECT image, \(sql: column) AS sort_key FROM album_images
        WHERE album = \(album) AND is_present = 1 AND \(sql: AlbumConditions.isSeen("album_images", in: standing.scope))
            AND \(sql: range)
        \(sql: order)
        """
    }
}

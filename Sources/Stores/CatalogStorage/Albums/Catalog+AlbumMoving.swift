public import Domain
internal import SQL

/// The outcome of moving an image in an album.
public enum AlbumMoveOutcome: Sendable, Hashable {
    /// How many rows were written: one, unless the keys around the place had to be spread.
    case moved(rows: Int)
    /// This image is not in the album.
    case notFound(ImageID)
}

extension Catalog {
    /// Moves an image in the order that people have made.
    public func move(_ image: ImageID, to place: AlbumPlace, in album: AlbumID) async throws -> AlbumMoveOutcome {
        try await database.write { session in
            guard let album = try AlbumRows.sequence(of: album, session) else { return .notFound(image) }
            let rows = AlbumPositions(album: album, session: session)
            guard let moved = try rows.row(of: image) else { return .notFound(image) }
            guard let target = try rows.row(of: place.neighbour) else { return .notFound(place.neighbour) }
            if moved.sequence == target.sequence { return .moved(rows: 0) }
            var written = 0
            var key = try rows.key(beside: target, place, without: moved.sequence)
            if key == nil {
                written = try rows.spread(around: target, without: moved.sequence)
                guard let target = try rows.row(of: place.neighbour) else { return .notFound(place.neighbour) }
                key = try rows.key(beside: target, place, without: moved.sequence)
            }
            guard let key else { throw CatalogError(.malformedRow, "the positions of an album have no room") }
            try rows.write(key, at: moved.sequence)
            return .moved(rows: written + 1)
        }
    }
}

/// The positions of an album's images.
struct AlbumPositions {
    /// How many images on each side get new keys at first if there is no room between two.
    private static let reach = 50

    struct Row {
        let sequence: Int64
        let key: PositionKey
    }

    let album: Int64
    let session: any SQLSession

    /// The row of an image that is not in the trash.
    func row(of image: ImageID) throws -> Row? {
        try session.first(
            """
            SELECT album_images.image, album_images.position FROM images
            JOIN album_images ON album_images.album = \(album) AND album_images.image = images.seq WHERE images.id = \(image)
            """, read)
    }

    /// A key between a row and its neighbour; nil if there is none.
    func key(beside target: Row, _ place: AlbumPlace, without moved: Int64) throws -> PositionKey? {
        switch place {
        case .before:
            let former = try rows(before: target, without: moved, limit: 1).first
            return PositionKey.between(former?.key, target.key)
        case .after:
            let next = try rows(after: target, without: moved, limit: 1).first
            return PositionKey.between(target.key, next?.key)
        }
    }

    /// Gives the rows around one short keys with room between them: as few rows as possible.
    ///
    /// - Returns: how many rows were written.
    func spread(around target: Row, without moved: Int64) throws -> Int {
        var reach = Self.reach
        while true {
            var before = try rows(before: target, without: moved, limit: reach + 1)
            var after = try rows(after: target, without: moved, limit: reach + 1)
            let lower = before.count > reach ? before.removeLast() : nil
            let upper = after.count > reach ? after.removeLast() : nil
            let all = before.reversed() + [target] + after
            if let keys = PositionKey.spread(all.count, between: lower?.key, upper?.key) {
                for (row, key) in zip(all, keys) { try write(key, at: row.sequence) }
                return all.count
            }
            if lower == nil, upper == nil {
                throw CatalogError(.malformedRow, "the positions of an album have no room")
            }
            reach *= 4
        }
    }

    func write(_ key: PositionKey, at image: Int64) throws {
        try session.execute(
            "UPDATE album_images SET position = \(key.text) WHERE album = \(album) AND image = \(image)")
    }

    /// The rows before one, the nearest first.
    private func rows(before row: Row, without moved: Int64, limit: Int) throws -> [Row] {
        let key = row.key.text
        return try session.all(
            """
            SELECT image, position FROM album_images WHERE album = \(album) AND image <> \(moved) AND position <= \(key)
                AND (position < \(key) OR image < \(row.sequence)) ORDER BY position DESC, image DESC LIMIT \(limit)
            """, read)
    }

    /// The rows after one, the nearest first.
    private func rows(after row: Row, without moved: Int64, limit: Int) throws -> [Row] {
        let key = row.key.text
        return try session.all(
            """
            SELECT image, position FROM album_images WHERE album = \(album) AND image <> \(moved) AND position >= \(key)
                AND (position > \(key) OR image > \(row.sequence)) ORDER BY position, image LIMIT \(limit)
            """, read)
    }

    private func read(_ row: SQLRow) throws -> Row {
        Row(sequence: try row.integer("image"), key: PositionKey(try row.text("position")))
    }
}

internal import Domain
internal import SQL

/// A page of images in an order that a table of its own has, such as that of an album.
protocol ImageListing {
    /// 1 to 1000.
    var limit: Int { get }
    var cursor: Cursor? { get }
    /// What the order is called in cursors.
    var name: String { get }
    /// The columns of the image's sequence, and of the key by which the images are sorted.
    var image: SQLQuery { get }
    var column: SQLQuery { get }
    var descends: Bool { get }

    /// One row more than the limit if another page follows.
    func rows(_ session: any SQLSession) throws -> [ListedImage]
}

/// A row of a list: an image, and its place in the order.
typealias ListedImage = (sequence: Int64, key: CursorKey)

extension ImageListing {
    /// The records of the page, which is shorter than the limit if they are large.
    func images(_ session: any SQLSession) throws -> Page<ImageRecord> {
        let rows = try rows(session)
        var (images, read, bytes): ([ImageRecord], Int, Int) = ([], 0, 0)
        for row in rows.prefix(limit) where bytes < PageFilling<ImageRecord>.maximumBytes {
            read += 1
            guard let record = try RecordRows.record(at: row.sequence, session) else { continue }
            images.append(record)
            bytes += record.byteCount
        }
        return Page(elements: images, next: next(after: read, of: rows))
    }

    /// Only the ids.
    func ids(_ session: any SQLSession) throws -> Page<ImageID> {
        let rows = try rows(session)
        let ids = try rows.prefix(limit).compactMap { row in
            try session.first("SELECT id FROM images WHERE seq = \(row.sequence)") {
                try $0.identity(0, as: ImageID.self)
            }
        }
        return Page(elements: ids, next: next(after: min(limit, rows.count), of: rows))
    }

    /// - Throws: `CatalogError` with the code `foreignCursor`.
    func requireOwnCursor() throws {
        if let cursor, cursor.order != name || cursor.key == .none { throw Paging.foreign }
    }

    /// `ORDER BY` and what follows.
    var order: SQLQuery {
        let direction: SQLQuery = descends ? "DESC" : "ASC"
        return """
            ORDER BY \(sql: column) \(sql: direction), \(sql: image) \(sql: direction) LIMIT \(limit + 1)
            """
    }

    /// The condition for what follows the cursor.
    var range: SQLQuery {
        guard let cursor else { return "1 = 1" }
        let key: SQLQuery =
            switch cursor.key {
            case .integer(let number): "\(number)"
            case .text(let text): "\(text)"
            case .none: "NULL"
            }
        return descends
            ? "\(sql: column) <= \(sql: key) AND (\(sql: column) < \(sql: key) OR \(sql: image) < \(cursor.tie))"
            : "\(sql: column) >= \(sql: key) AND (\(sql: column) > \(sql: key) OR \(sql: image) > \(cursor.tie))"
    }

    private func next(after count: Int, of rows: [ListedImage]) -> Cursor? {
        guard rows.count > count, count > 0 else { return nil }
        return Cursor(order: name, key: rows[count - 1].key, tie: rows[count - 1].sequence)
    }
}

extension SQLRow {
    /// A row with the columns `image` and `sort_key`.
    func listedImage() throws -> ListedImage {
        switch try value("sort_key") {
        case .integer(let number): (try integer("image"), .integer(number))
        case .text(let text): (try integer("image"), .text(text))
        default: throw malformed("sort_key")
        }
    }
}

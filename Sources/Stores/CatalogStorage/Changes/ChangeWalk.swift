internal import Domain
internal import SQL

/// Reads on in the feed of changes from a position, in one view of the catalogue.
struct ChangeWalk {
    private struct Told: Hashable {
        let image: ImageID, kind: RecordedChange.Kind
    }

    private let reader: ChangeReader
    private let limit: Int
    /// Nil for all.
    private let kinds: Set<RecordedChange.Kind>?
    private let batch: Int
    private let session: any SQLSession
    private(set) var position: ChangePosition
    private(set) var changes: [RecordedChange] = []
    private var told: Set<Told> = []
    /// How many images may still be looked at: a reader who is told little must not read for long.
    private var budget = 2 * ChangeRows.batch

    init(
        from position: ChangePosition, for reader: ChangeReader, limit: Int, kinds: Set<RecordedChange.Kind>?,
        batch: Int, _ session: any SQLSession
    ) {
        (self.position, self.reader, self.limit, self.kinds) = (position, reader, limit, kinds)
        (self.batch, self.session) = (batch, session)
    }

    private var isFull: Bool { changes.count >= limit || budget <= 0 }

    /// Reads until there are as many changes as wanted, or no more.
    mutating func run(before last: ChangePosition) throws {
        if position.image != nil { try finishRow() }
        while position.image == nil, !isFull, position.sequence < last.sequence {
            budget -= ChangeRows.batch / 10
            let (rows, end) = try ChangeRows.rows(
                after: position.sequence, before: last, for: reader, batch: batch, session)
            for row in rows {
                try read(row)
                if isFull || position.image != nil { return }
            }
            position = end
        }
    }

    private mutating func read(_ row: ChangeRow) throws {
        if let image = row.image {
            position = row.position
            try tell(row.kind, image)
        } else if let album = row.album, [.joined, .left].contains(row.kind) {
            position = row.position
            try tellImages(of: AlbumImagesRead(album: album, row: row.position.sequence, isBegun: row.kind == .joined))
        }
    }

    /// Goes on with the row of which some images were read.
    private mutating func finishRow() throws {
        let row = try session.first(
            "SELECT kind, album FROM changes WHERE sequence = \(position.sequence) AND account = \(reader.account)"
        ) { (kind: try $0.word("kind", as: ChangeRows.Kind.self), album: try $0.integerIfPresent("album")) }
        guard let row, let album = row.album, [.joined, .left].contains(row.kind) else { throw Paging.foreign }
        try tellImages(of: AlbumImagesRead(album: album, row: position.sequence, isBegun: row.kind == .joined))
    }

    private mutating func tellImages(of album: AlbumImagesRead) throws {
        var next: Int64? = position.image ?? 0
        while let image = next {
            if isFull { return position.image = image }
            let page = try album.page(after: image, limit: min(200, limit - changes.count), session)
            for entry in page.entries {
                position.image = entry.sequence
                try tell(album.isBegun ? .joined : .left, entry.id)
            }
            // Those that were looked at, and are no images of the row, count too.
            budget -= 1
            next = page.last
        }
        position.image = nil
    }

    private mutating func tell(_ kind: ChangeRows.Kind, _ id: ImageID) throws {
        budget -= 1
        let image = try ChangedImageRows.image(id, visibleTo: reader.audience, session)
        let isTrashed = try kind == .trashed && image == nil && isInTrash(id)
        guard let told = kind.told(isVisible: image != nil, isTrashed: isTrashed),
            kinds.map({ $0.contains(told) }) ?? true, self.told.insert(Told(image: id, kind: told)).inserted
        else { return }
        changes.append(
            RecordedChange(
                kind: told, id: id, date: Timestamp(microseconds: position.date), image: image,
                cursor: reader.cursor(position)))
    }

    private func isInTrash(_ id: ImageID) throws -> Bool {
        let owner: SQLQuery = reader.isAdmin ? "" : " AND owner = \(reader.account)"
        return try session.exists("SELECT 1 FROM trash WHERE id = \(id) AND is_deleted = 0\(sql: owner)")
    }
}

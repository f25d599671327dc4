public import Domain
internal import SQL

/// Which albums a list has.
public struct AlbumSelection: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// The reader's own ones, those that it is a member of, or both.
        case own, shared, ownAndShared
        /// Everybody's public ones.
        case everyPublic
        /// Those of an account that the reader may see.
        case ownedBy(AccountID)
    }

    public var kind: Kind
    /// The album that they are in: `.some(nil)` for none, nil for any.
    public var parent: AlbumID??

    public init(_ kind: Kind, parent: AlbumID?? = nil) { (self.kind, self.parent) = (kind, parent) }
}

extension Catalog {
    /// A page of the albums that a reader may see, in the order of their titles.
    ///
    /// - Parameter limit: 1 to 1000.
    /// - Throws: `CatalogError` with the code `foreignCursor`.
    public func albums(
        _ selection: AlbumSelection, for reader: AlbumReader, after cursor: Cursor?, limit: Int
    ) async throws -> Page<AlbumSummary> {
        let list = try AlbumList(selection: selection, reader: reader, cursor: cursor, limit: min(max(1, limit), 1000))
        return try await database.read { session in
            let rows = try list.rows(session)
            let shown = rows.prefix(list.limit)
            let next = rows.count > shown.count ? shown.last.map { $0.cursor } : nil
            return Page(
                elements: try shown.map { try AlbumSummaryRows.summary($0.sequence, $0.standing, session) }, next: next)
        }
    }

    /// An album as lists show it.
    public func summary(of standing: AlbumStanding) async throws -> AlbumSummary? {
        try await database.read { session in
            try AlbumRows.sequence(of: standing.album.id, session).map {
                try AlbumSummaryRows.summary($0, standing, session)
            }
        }
    }
}

/// A page of albums. Each of its parts reads one index in the list's order.
struct AlbumList {
    struct Row {
        let sequence: Int64
        let key: String
        let standing: AlbumStanding

        var cursor: Cursor { Cursor(order: "albums", key: .text(key), tie: sequence) }
    }

    let selection: AlbumSelection
    let reader: AlbumReader
    let limit: Int
    private let range: SQLQuery

    init(selection: AlbumSelection, reader: AlbumReader, cursor: Cursor?, limit: Int) throws {
        (self.selection, self.reader, self.limit) = (selection, reader, limit)
        guard let cursor else {
            range = "1 = 1"
            return
        }
        guard cursor.order == "albums", case .text(let key) = cursor.key else { throw Paging.foreign }
        range =
            "albums.title_key >= \(key) AND (albums.title_key > \(key) OR albums.seq > \(cursor.tie))"
    }

    /// One row more than the limit if another page follows.
    func rows(_ session: any SQLSession) throws -> [Row] {
        let rows = try parts.flatMap { part in
            try session.all(query(part)) { row in
                Row(
                    sequence: try row.integer("seq"), key: try row.text("title_key"),
                    standing: try AlbumRows.read(row, for: reader))
            }
        }
        let sorted = rows.sorted { left, right in
            let (first, second) = (Array(left.key.utf8), Array(right.key.utf8))
            return first == second ? left.sequence < right.sequence : first.lexicographicallyPrecedes(second)
        }
        return Array(sorted.prefix(limit + 1))
    }

    func query(_ part: SQLQuery) -> SQLQuery {
        """
        SELECT \(sql: AlbumRows.columns(for: reader)) FROM albums JOIN accounts ON accounts.id = albums.owner
        WHERE \(sql: part) AND \(sql: parent) AND \(sql: range) ORDER BY albums.title_key, albums.seq LIMIT \(limit + 1)
        """
    }

    /// Disjoint conditions.
    var parts: [SQLQuery] {
        let shared: SQLQuery =
            "albums.seq IN (SELECT album FROM album_members WHERE account = \(reader.account?.bytes))"
        let own: SQLQuery = "albums.owner = \(reader.account?.bytes)"
        return switch selection.kind {
        case .own: [own]
        case .shared: [shared]
        case .ownAndShared: [own, shared]
        case .everyPublic: ["albums.visibility = 'public'"]
        case .ownedBy(let owner): ["albums.owner = \(owner) AND \(sql: AlbumRows.isVisible("albums", to: reader))"]
        }
    }

    private var parent: SQLQuery {
        switch selection.parent {
        case nil: "1 = 1"
        case .some(nil): "albums.parent IS NULL"
        case .some(let parent?): "albums.parent = (SELECT seq FROM albums WHERE id = \(parent))"
        }
    }
}

/// What a list says of the images of an album.
enum AlbumSummaryRows {
    static func summary(
        _ sequence: Int64, _ standing: AlbumStanding, _ session: any SQLSession
    ) throws -> AlbumSummary {
        let isSeen = AlbumConditions.isSeen("album_counts", in: standing.scope)
        let count = try session.integer(
            "SELECT coalesce(sum(count), 0) FROM album_counts WHERE album = \(sequence) AND \(sql: isSeen)")
        guard count > 0 else {
            return AlbumSummary(
                album: standing.album, role: standing.role, count: 0, cover: nil, first: nil, last: nil)
        }
        let listed: SQLQuery = """
            FROM album_images WHERE album = \(sequence) AND is_present = 1
                AND \(sql: AlbumConditions.isSeen("album_images", in: standing.scope))
            """
        func date(_ direction: SQLQuery) throws -> CivilTime? {
            try session.first(
                "SELECT date \(sql: listed) ORDER BY date \(sql: direction), image \(sql: direction) LIMIT 1"
            ) {
                CivilTime(millisecondsSince1970: try $0.integer(0))
            }
        }
        return AlbumSummary(
            album: standing.album, role: standing.role, count: count, cover: try cover(of: standing, listed, session),
            first: try date("ASC"), last: try date("DESC"))
    }

    private static func cover(
        of standing: AlbumStanding, _ listed: SQLQuery, _ session: any SQLSession
    ) throws -> ImageRecord? {
        let details = standing.album.details
        var sequence: Int64?
        if let cover = details.cover {
            sequence = try session.first(
                "SELECT image \(sql: listed) AND image = (SELECT seq FROM images WHERE id = \(cover))"
            ) { try $0.integer(0) }
        }
        let order: SQLQuery =
            switch details.order {
            case .manual: "position, image"
            case .earliestTaken: "date, image"
            case .latestTaken: "date DESC, image DESC"
            }
        if sequence == nil {
            sequence = try session.first("SELECT image \(sql: listed) ORDER BY \(sql: order) LIMIT 1") {
                try $0.integer(0)
            }
        }
        return try sequence.flatMap { try RecordRows.record(at: $0, session) }
    }
}

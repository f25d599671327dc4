public import Domain
internal import SQL

extension Catalog {
    /// What a share shows.
    ///
    /// - Parameter criteria: the meaning of the query of a share of a search, with its albums looked up.
    public func scope(of share: Share, finding criteria: SearchCriteria?) -> ShareScope {
        ShareScope(share, criteria, dialect)
    }

    /// Whether a share shows an image, and then whether it gives its original; nil if it does not show it.
    public func givesOriginal(of image: ImageID, in scope: ShareScope) async throws -> Bool? {
        try await database.read { session in
            try session.first(
                """
                SELECT \(sql: scope.givesOriginal) FROM images WHERE images.id = \(image) AND \(sql: scope.condition)
                """
            ) { try $0.boolean(0) }
        }
    }

    /// The record of an image that a share shows, without its complete Exif data.
    public func image(_ id: ImageID, in scope: ShareScope) async throws -> ImageRecord? {
        try await database.read { session in
            let sequence = try session.first(
                "SELECT images.seq FROM images WHERE images.id = \(id) AND \(sql: scope.condition)"
            ) { try $0.integer(0) }
            return try sequence.flatMap { try RecordRows.record(at: $0, session) }
        }
    }

    /// How many images a share shows.
    public func count(in scope: ShareScope) async throws -> Int64 {
        try await database.read { [dialect] session in
            try session.integer(
                "SELECT count(*) FROM (\(sql: ShareListing.all(of: scope, dialect.hints))) AS counted")
        }
    }

    /// A page of the images of a share, in its order. It is shorter than the limit if the records are large.
    ///
    /// - Parameter limit: 1 to 1000.
    /// - Throws: `CatalogError` with the code `foreignCursor`.
    public func images(in scope: ShareScope, after cursor: Cursor?, limit: Int) async throws -> Page<ImageRecord> {
        if let criteria = scope.criteria(after: cursor, limit: limit) {
            return try await images(matching: criteria, visibleTo: .share(scope))
        }
        return try await database.read { [dialect] session in
            try ShareListing(scope, cursor, limit, dialect.hints, session).images(session)
        }
    }

    /// Only the ids of the images, in the same order.
    public func ids(in scope: ShareScope, after cursor: Cursor?, limit: Int) async throws -> Page<ImageID> {
        if let criteria = scope.criteria(after: cursor, limit: limit) {
            return try await ids(matching: criteria, visibleTo: .share(scope))
        }
        return try await database.read { [dialect] session in
            try ShareListing(scope, cursor, limit, dialect.hints, session).ids(session)
        }
    }
}

extension ShareScope {
    /// The search that finds a page of the images; nil for a share that is no search.
    fileprivate func criteria(after cursor: Cursor?, limit: Int) -> SearchCriteria? {
        guard var criteria else { return nil }
        (criteria.cursor, criteria.limit) = (cursor, limit)
        return criteria
    }
}

/// A page of the images of a share, in the order of its album, by date if it has several albums, or as it names them.
private struct ShareListing: ImageListing {
    let limit: Int
    let cursor: Cursor?
    let name: String
    let image: SQLQuery = "listed.image"
    let column: SQLQuery
    let descends: Bool
    private let scope: ShareScope
    private let hints: PlannerHints

    /// - Throws: `CatalogError` with the code `foreignCursor`.
    init(
        _ scope: ShareScope, _ cursor: Cursor?, _ limit: Int, _ hints: PlannerHints, _ session: any SQLSession
    ) throws {
        (self.scope, self.cursor, self.limit) = (scope, cursor, min(max(1, limit), 1000))
        self.hints = hints
        let order: Album.Order
        switch scope.subject {
        case .album(let album, includesChildren: false):
            order =
                try session.first("SELECT image_order FROM albums WHERE id = \(album)") { try $0.word(0) } ?? .manual
        case .album: order = .earliestTaken
        case .images, .search: order = .manual
        }
        column = order == .manual ? "listed.position" : "listed.date"
        descends = order == .latestTaken
        name = "share \(scope.subject.kind.rawValue) \(order.rawValue)"
        try requireOwnCursor()
    }

    /// All images of a share, each once.
    static func all(of scope: ShareScope, _ hints: PlannerHints) -> SQLQuery {
        if case .search = scope.subject { return "SELECT images.seq FROM images WHERE \(sql: scope.conditionOfAll)" }
        return "SELECT DISTINCT listed.image \(sql: source(of: scope, hints))"
    }

    /// Only an image of several albums can be listed twice.
    func rows(_ session: any SQLSession) throws -> [ListedImage] {
        let distinct: SQLQuery = if case .album(_, includesChildren: true) = scope.subject { "DISTINCT" } else { "" }
        return try session.all(
            """
            SELECT \(sql: distinct) listed.image, \(sql: column) AS sort_key \(sql: Self.source(of: scope, hints))
                AND \(sql: range)
            \(sql: order)
            """
        ) { try $0.listedImage() }
    }

    private static func source(of scope: ShareScope, _ hints: PlannerHints) -> SQLQuery {
        switch scope.subject {
        case .images, .search:
            """
            FROM share_images AS listed \(sql: hints.orderedJoin) images ON images.seq = listed.image
            WHERE listed.share = (SELECT seq FROM shares WHERE id = \(scope.share)) AND \(sql: scope.mayShow)
            """
        case .album(_, includesChildren: false):
            """
            FROM album_images AS listed
            WHERE listed.album = (\(sql: scope.album)) AND \(sql: scope.mayShow(listed: "listed"))
            """
        case .album:
            """
            FROM album_images AS listed
            WHERE listed.album IN (\(sql: scope.albums)) AND \(sql: scope.mayShow(listed: "listed"))
            """
        }
    }
}

public import Domain
internal import SQL

extension Catalog {
    /// What a selection of an account has at present; nil if there is none.
    ///
    /// - Parameters:
    ///   - reach: the images that the account sees.
    ///   - changesAll: whether it may change the images of others, too.
    public func summary(
        of id: SelectionID, owner: AccountID, visibleTo reach: Audience, changesAll: Bool, now: Timestamp = .now
    ) async throws -> SelectionSummary? {
        try await database.read { [dialect] session in
            guard let (sequence, selection) = try SelectionRows.find(id, of: owner, now: now, session) else {
                return nil
            }
            let images = SelectionRows.images(of: sequence, visibleTo: reach, dialect)
            let changeable: SQLQuery = changesAll ? "1 = 1" : "images.owner = \(owner)"
            let sums = try session.first(
                """
                SELECT count(*), CAST(coalesce(sum(images.bytes), 0) AS bigint),
                    coalesce(sum(CASE WHEN \(sql: changeable) THEN 1 ELSE 0 END), 0) \(sql: images)
                """
            ) { (count: try $0.integer(0), bytes: try $0.integer(1), changeable: try $0.integer(2)) }
            let trashed = try session.integer(
                "SELECT count(*) \(sql: SelectionRows.trashed(of: sequence, for: owner, reach, dialect))")
            return SelectionSummary(
                selection, count: sums?.count ?? 0, bytes: sums?.bytes ?? 0, changeable: sums?.changeable ?? 0,
                trashed: trashed,
                tags: try session.all(Self.tags(images, dialect)) { row in
                    TagCount(tag: try row.text("name"), count: try row.integer("total"))
                })
        }
    }

    /// The images of a selection that its account sees, in the order of the selection; nil if there is no such selection.
    public func images(
        selectedBy id: SelectionID, of owner: AccountID, visibleTo reach: Audience, now: Timestamp = .now
    ) async throws -> [ImageID]? {
        try await database.read { [dialect] session in
            guard let (sequence, _) = try SelectionRows.find(id, of: owner, now: now, session) else { return nil }
            let images = SelectionRows.images(of: sequence, visibleTo: reach, dialect)
            return try session.all("SELECT images.id \(sql: images) \(sql: SelectionRows.order)") { try $0.identity(0) }
        }
    }

    /// The trashed images of a selection that its account may restore; nil if there is no such selection.
    public func trashedImages(
        selectedBy id: SelectionID, of owner: AccountID, visibleTo reach: Audience, now: Timestamp = .now
    ) async throws -> [ImageID]? {
        try await database.read { [dialect] session in
            guard let (sequence, _) = try SelectionRows.find(id, of: owner, now: now, session) else { return nil }
            let images = SelectionRows.trashed(of: sequence, for: owner, reach, dialect)
            return try session.all("SELECT trash.id \(sql: images) \(sql: SelectionRows.order)") { try $0.identity(0) }
        }
    }

    /// The tags of images, with the number of images that have each.
    static func tags(_ images: SQLQuery, _ dialect: CatalogDialect) -> SQLQuery {
        """
        WITH selected AS (SELECT images.seq \(sql: images))
        SELECT min(image_tags.name) AS name, count(*) AS total
        FROM selected \(sql: dialect.hints.orderedJoin) image_tags ON image_tags.image = selected.seq
        GROUP BY image_tags.tag ORDER BY total DESC, image_tags.tag LIMIT \(ImageSelection.maximumTags)
        """
    }
}

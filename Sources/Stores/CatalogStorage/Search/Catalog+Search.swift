public import Domain
internal import SQL

extension Catalog {
    /// A page of the matching records, without their complete Exif data. It has fewer than the limit if they are large.
    ///
    /// An image that exists the whole time is on exactly one page, even if others are added or deleted between two
    /// pages.
    /// - Throws: `CatalogError` with the code `foreignCursor` if the cursor belongs to another order.
    public func images(
        matching criteria: SearchCriteria, visibleTo audience: Audience
    ) async throws -> Page<ImageRecord> {
        let viewers = AudienceView(audience, publicDefaults)
        return try await database.read { [dialect] session in
            try Self.page(criteria, viewers, dialect, session) { hit in
                try RecordRows.record(at: hit.sequence, session).map { ($0, $0.byteCount) }
            }
        }
    }

    /// A page of the ids of the matching images, in the same order.
    public func ids(matching criteria: SearchCriteria, visibleTo audience: Audience) async throws -> Page<ImageID> {
        let viewers = AudienceView(audience, publicDefaults)
        return try await database.read { [dialect] session in
            try Self.page(criteria, viewers, dialect, session) { hit in (hit.id, 0) }
        }
    }

    private static func page<Element: Sendable>(
        _ criteria: SearchCriteria, _ viewers: AudienceView, _ dialect: CatalogDialect, _ session: any SQLSession,
        _ read: (Search.Hit) throws -> (element: Element, bytes: Int)?
    ) throws -> Page<Element> {
        if criteria.order == .relevance { return try RelevanceSearch(criteria, viewers, dialect, session).page(read) }
        return try Search(criteria, viewers, dialect, session).page(read)
    }
}

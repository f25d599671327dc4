public import Domain
internal import SQL

extension Catalog {
    /// A page of the records that match, without Exif as a whole.
    ///
    /// An image that is there all the time is on exactly one page, whatever is added or deleted meanwhile.
    /// - Throws: `CatalogError` with the code `foreignCursor` if the cursor is of another order.
    public func images(
        matching criteria: SearchCriteria, visibleTo audience: Audience
    ) async throws -> Page<ImageRecord> {
        try await database.read { [dialect] session in
            try Self.page(criteria, audience, dialect, session) { hit in
                try RecordRows.record(at: hit.sequence, session)
            }
        }
    }

    /// The same with nothing but the ids.
    public func ids(matching criteria: SearchCriteria, visibleTo audience: Audience) async throws -> Page<ImageID> {
        try await database.read { [dialect] session in
            try Self.page(criteria, audience, dialect, session) { hit in hit.id }
        }
    }

    private static func page<Element: Sendable>(
        _ criteria: SearchCriteria, _ audience: Audience, _ dialect: CatalogDialect, _ session: any SQLSession,
        _ read: (Search.Hit) throws -> Element?
    ) throws -> Page<Element> {
        if criteria.order == .relevance { return try RelevanceSearch(criteria, audience, dialect, session).page(read) }
        return try Search(criteria, audience, dialect, session).page(read)
    }
}

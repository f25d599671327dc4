internal import CatalogStorage
internal import Domain

/// The ids of a selection, a page at a time.
struct ArchiveSource {
    private static let page = 500

    private enum Rest {
        case ids(ArraySlice<ImageID>)
        case selection(SelectionID)
        case search(SearchCriteria)
        case album(AlbumID, after: Cursor?)
        case share(ShareScope, after: Cursor?)
        case nothing
    }

    private let catalog: Catalog
    private let audience: Audience
    private let reader: AlbumReader
    private var rest: Rest

    init(_ selection: ArchiveSelection, catalog: Catalog, audience: Audience, reader: AlbumReader) {
        (self.catalog, self.audience, self.reader) = (catalog, audience, reader)
        switch selection {
        case .images(let ids):
            var seen: Set<ImageID> = []
            rest = .ids(ids.filter { seen.insert($0).inserted }[...])
        case .selection(let selection): rest = .selection(selection)
        case .search(var criteria):
            criteria.limit = Self.page
            criteria.cursor = nil
            rest = .search(criteria)
        case .album(let album): rest = .album(album, after: nil)
        case .share(let scope): rest = .share(scope, after: nil)
        }
    }

    /// The next ids; nil at the end.
    mutating func next() async throws -> [ImageID]? {
        switch rest {
        case .ids(let ids):
            guard !ids.isEmpty else { return nil }
            rest = .ids(ids.dropFirst(Self.page))
            return Array(ids.prefix(Self.page))
        case .selection(let selection):
            guard let account = reader.account else { throw ServiceError.unauthenticated }
            let ids = try await catalog.images(
                selectedBy: selection, of: account, visibleTo: reader.isAdmin ? .everything : .reader(account))
            guard let ids else { throw ServiceError.noSelection(field: "selection") }
            rest = .ids(ids[...])
            return try await next()
        case .search(var criteria):
            let page = try await catalog.ids(matching: criteria, visibleTo: audience)
            criteria.cursor = page.next
            rest = page.next == nil ? .nothing : .search(criteria)
            return page.elements
        case .album(let album, let cursor):
            guard let standing = try await catalog.album(album, for: reader) else { throw ServiceError.noAlbum }
            let page = try await catalog.ids(in: standing, after: cursor, limit: Self.page)
            rest = page.next.map { .album(album, after: $0) } ?? .nothing
            return page.elements
        case .share(let scope, let cursor):
            let page = try await catalog.ids(in: scope, after: cursor, limit: Self.page)
            rest = page.next.map { .share(scope, after: $0) } ?? .nothing
            return page.elements
        case .nothing: return nil
        }
    }
}

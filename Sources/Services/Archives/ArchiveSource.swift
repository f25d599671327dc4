internal import CatalogStorage
internal import Domain

/// The ids of a selection, a page at a time.
struct ArchiveSource {
    private static let page = 500

    private enum Rest {
        case ids(ArraySlice<ImageID>)
        case search(SearchCriteria)
        case nothing
    }

    private let catalog: Catalog
    private let audience: Audience
    private var rest: Rest

    init(_ selection: ArchiveSelection, catalog: Catalog, audience: Audience) {
        (self.catalog, self.audience) = (catalog, audience)
        switch selection {
        case .images(let ids):
            var seen: Set<ImageID> = []
            rest = .ids(ids.filter { seen.insert($0).inserted }[...])
        case .search(var criteria):
            criteria.limit = Self.page
            criteria.cursor = nil
            rest = .search(criteria)
        }
    }

    /// The next ids; nil at the end.
    mutating func next() async throws -> [ImageID]? {
        switch rest {
        case .ids(let ids):
            guard !ids.isEmpty else { return nil }
            rest = .ids(ids.dropFirst(Self.page))
            return Array(ids.prefix(Self.page))
        case .search(var criteria):
            let page = try await catalog.ids(matching: criteria, visibleTo: audience)
            criteria.cursor = page.next
            rest = page.next == nil ? .nothing : .search(criteria)
            return page.elements
        case .nothing: return nil
        }
    }
}

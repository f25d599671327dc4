public import Domain
internal import CatalogStorage

/// What helps people search: facets of the images that match, and suggestions of tags.
public struct ImageSearch: Sendable {
    private let repository: Repository

    public init(repository: Repository) { self.repository = repository }

    /// How the images that match are spread over years, cameras, tags and formats.
    ///
    /// - Parameter limit: how many values of each; 1 to 100.
    public func facets(
        matching criteria: SearchCriteria, attributes: [String] = [], limit: Int, for viewer: Viewer
    ) async throws -> SearchFacets {
        let (criteria, audience) = try await repository.catalog.resolve(criteria, for: viewer)
        return try await repository.catalog.facets(
            matching: criteria, visibleTo: audience, attributes: attributes, limit: limit)
    }

    /// The tags that begin with a text, of images that the viewer may see, most used first.
    ///
    /// - Parameter limit: 1 to 100.
    public func tags(beginningWith prefix: String, limit: Int, for viewer: Viewer) async throws -> [TagCount] {
        try await repository.catalog.tags(beginningWith: prefix, visibleTo: viewer.audience, limit: limit)
    }
}

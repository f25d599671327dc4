public import Domain
internal import SQL

extension Catalog {
    /// How the images that match are spread over years, cameras, tags and formats.
    ///
    /// At most the newest `FacetSearch.examined` images of what the search walks along are looked at, so that the time does
    /// not grow with the catalogue; if there are more, the counts are of these, and `isExact` says so.
    /// - Parameter limit: how many values of each are given; 1 to 100.
    public func facets(
        matching criteria: SearchCriteria, visibleTo audience: Audience, limit: Int
    ) async throws -> SearchFacets {
        try await database.read { [dialect] session in
            try FacetSearch(criteria, audience, limit: min(max(1, limit), 100), dialect, session).facets()
        }
    }
}

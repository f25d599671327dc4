public import Domain
internal import SQL

extension Catalog {
    /// The number of matching images for each year, camera, tag and format.
    ///
    /// At most the newest `FacetSearch.examined` images of the access path are examined, so that the time does not grow
    /// with the catalogue. `isExact` is false if there are more (`docs/decisions/0014`).
    /// - Parameters:
    ///   - attributes: the names of attributes whose values are counted too, a few.
    ///   - limit: the number of values of each kind, 1 to 100.
    public func facets(
        matching criteria: SearchCriteria, visibleTo audience: Audience, attributes: [String] = [], limit: Int
    ) async throws -> SearchFacets {
        let viewers = AudienceView(audience, publicDefaults)
        return try await database.read { [dialect] session in
            try FacetSearch(
                criteria, viewers, attributes: attributes, limit: min(max(1, limit), 100), dialect, session
            ).facets()
        }
    }
}

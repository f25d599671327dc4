internal import Domain
internal import HTTPTypes
public import Services

/// Aids for searches: counts of the matching images by value, and suggested tags.
public struct SearchRoutes: Sendable {
    private let search: ImageSearch

    public init(search: ImageSearch) { self.search = search }

    public var routes: [Route] {
        [Route(.get, "/v1/images/facets", facets), Route(.get, "/v1/tags", tags)]
    }

    private func facets(_ call: Call) async throws -> HTTPResponse {
        let (criteria, attributes, limit) = try SearchQuery.readFacets(call.request.target)
        let facets = try await search.facets(
            matching: criteria, attributes: attributes, limit: limit, for: call.viewer)
        return .json(.ok, FacetsView(facets))
    }

    private func tags(_ call: Call) async throws -> HTTPResponse {
        let query = try QueryParameters(call.request.target, known: ["prefix", "limit"])
        let tags = try await search.tags(
            beginningWith: try query.value("prefix", "at most 100 characters") { $0.count <= 100 ? $0 : nil } ?? "",
            limit: try query.number("limit", in: 1...100) ?? 10, for: call.viewer)
        return .json(.ok, tags.map(TagView.init))
    }
}

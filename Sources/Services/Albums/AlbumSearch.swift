internal import CatalogStorage
internal import Domain

extension Catalog {
    /// How many albums of one title a search looks at.
    private static let maximumNamesakes = 20

    /// A search with the albums that it names looked up, and the images that it may find: if they must be in an album,
    /// those that the album shows.
    func resolve(
        _ criteria: SearchCriteria, for viewer: Viewer
    ) async throws -> (criteria: SearchCriteria, audience: Audience) {
        var (criteria, audience) = (criteria, viewer.audience)
        var isLimited = false
        for (index, term) in criteria.terms.enumerated() {
            guard case .album(let match) = term.condition else { continue }
            let scopes = try await standings(match.text, for: viewer.albumReader).map(\.scope)
            criteria.terms[index] = SearchTerm(
                .album(AlbumMatch(match.text, scopes: scopes)), isExcluded: term.isExcluded)
            if !term.isExcluded, !isLimited { (audience, isLimited) = (.albums(scopes), true) }
        }
        return (criteria, audience)
    }

    /// The albums of an id or a title that a reader may see.
    private func standings(_ text: String, for reader: AlbumReader) async throws -> [AlbumStanding] {
        if let id = AlbumID(text) { return try await [album(id, for: reader)].compactMap { $0 } }
        return try await albums(titled: text, for: reader, limit: Self.maximumNamesakes)
    }
}

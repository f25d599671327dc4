public import Domain
internal import SQL

extension Catalog {
    /// The tags that begin with `prefix`, most used first. Case and diacritics are ignored.
    ///
    /// Only images of the audience count. If more than `TagSuggestions.sortLimit` tags have the prefix, only the most
    /// used tags are considered.
    /// - Parameter limit: 1 to 100.
    public func tags(
        beginningWith prefix: String, visibleTo audience: Audience, limit: Int
    ) async throws -> [TagCount] {
        try await database.read { [dialect] session in
            try TagSuggestions(prefix, audience, limit: min(max(1, limit), 100), dialect.hints, session).all()
        }
    }
}

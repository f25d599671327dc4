public import Domain
internal import SQL

extension Catalog {
    /// The tags that begin with `prefix`, without regard to case and diacritics, most used first.
    ///
    /// Only images of the audience count. If more than `TagSuggestions.sortLimit` tags begin so, the most used tags are
    /// walked along instead of these.
    /// - Parameter limit: 1 to 100.
    public func tags(
        beginningWith prefix: String, visibleTo audience: Audience, limit: Int
    ) async throws -> [TagCount] {
        try await database.read { [dialect] session in
            try TagSuggestions(prefix, audience, limit: min(max(1, limit), 100), dialect.hints, session).all()
        }
    }
}

public import Domain
internal import SQL

extension Catalog {
    /// Decides which images a request selects.
    ///
    /// - Parameters:
    ///   - list: who sees the request's list.
    ///   - reach: the images that may be named.
    ///   - owner: the account whose trashed images may be named, too.
    /// - Throws: `CatalogError` with the codes `tooManySelected`, `noRangeEnd`, `foreignRangeEnd` and `foreignCursor`.
    public func choose(
        _ request: SelectionRequest, from list: Audience, naming reach: Audience, for owner: AccountID
    ) async throws -> ChosenImages {
        let viewers = AudienceView(list, publicDefaults)
        return try await database.read { [dialect] session in
            let choice = SelectionChoice(
                request: request, viewers: viewers, reach: reach, owner: owner, dialect: dialect, session: session)
            return ChosenImages(sequences: try choice.sequences())
        }
    }

    /// Keeps chosen images as a selection, in place of the oldest one if the account has as many as it may.
    public func addSelection(
        _ images: ChosenImages, of owner: AccountID, now: Timestamp = .now
    ) async throws -> ImageSelection {
        let selection = ImageSelection(
            id: SelectionID(), expires: now.advanced(bySeconds: ImageSelection.seconds))
        try await database.write { session in
            try session.execute(
                """
                DELETE FROM selections WHERE owner = \(owner) AND seq <= (SELECT seq FROM selections
                    WHERE owner = \(owner) ORDER BY seq DESC LIMIT 1 OFFSET \(ImageSelection.maximumSelections - 1))
                """)
            try SelectionRows.insert(selection.id, of: owner, images.sequences, expires: selection.expires, session)
        }
        return selection
    }

    /// Removes a selection of an account; false if it has none.
    public func removeSelection(_ id: SelectionID, of owner: AccountID, now: Timestamp = .now) async throws -> Bool {
        try await database.write { session in
            try session.execute(
                "DELETE FROM selections WHERE id = \(id) AND owner = \(owner) AND expires > \(now)") > 0
        }
    }

    /// Removes some selections that have expired.
    ///
    /// - Returns: how many; 0 if none is left.
    public func removeExpiredSelections(now: Timestamp = .now) async throws -> Int {
        let expired: SQLQuery = "SELECT seq FROM selections WHERE expires <= \(now) LIMIT 10"
        guard try await database.read({ session in try session.exists(expired) }) else { return 0 }
        return try await database.write { session in
            try session.execute("DELETE FROM selections WHERE seq IN (\(sql: expired))")
        }
    }
}

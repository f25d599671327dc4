internal import CatalogStorage
public import Domain

/// Images that an account has selected, kept for an hour (`docs/decisions/0065`).
public struct Selections: Sendable {
    private let repository: Repository

    public init(repository: Repository) { self.repository = repository }

    /// Selects images as they are now: what is added or changed later makes no difference.
    ///
    /// - Throws: `invalid` if a bound is exceeded, or a range does not fit the list; `notFound` if the viewer may not know
    ///   of the end of a range.
    public func make(_ request: SelectionRequest, for viewer: Viewer) async throws -> SelectionSummary {
        let owner = try viewer.owner()
        try request.validate()
        var (request, list) = (request, viewer.audience)
        if let criteria = request.list {
            let resolved = try await repository.catalog.resolve(criteria, for: viewer)
            (request.list, list) = (resolved.criteria, resolved.audience)
        }
        let chosen: ChosenImages
        do {
            chosen = try await repository.catalog.choose(request, from: list, naming: viewer.reach, for: owner)
        } catch let error as CatalogError where error.code == .foreignCursor {
            throw ServiceError(
                .invalid, field: "ranges",
                "A cursor in 'ranges' is of another list: take it from the list with these criteria and this order.")
        }
        return try await selection(try await repository.catalog.addSelection(chosen, of: owner).id, for: viewer)
    }

    /// What a selection has at present.
    ///
    /// - Throws: `notFound` for selections of others, for admins too, and for those that have expired.
    public func selection(_ id: SelectionID, for viewer: Viewer) async throws -> SelectionSummary {
        let summary = try await repository.catalog.summary(
            of: id, owner: try viewer.owner(), visibleTo: viewer.reach, changesAll: viewer.isAdmin)
        guard let summary else { throw ServiceError.noSelection() }
        return summary
    }

    /// Removes a selection, and no image.
    public func remove(_ id: SelectionID, for viewer: Viewer) async throws {
        guard try await repository.catalog.removeSelection(id, of: try viewer.owner()) else {
            throw ServiceError.noSelection()
        }
    }

    /// Removes the selections that have expired.
    ///
    /// - Returns: how many.
    @discardableResult
    func removeExpired(now: Timestamp = .now) async throws -> Int {
        var total = 0
        while case let count = try await repository.catalog.removeExpiredSelections(now: now), count > 0 {
            total += count
        }
        return total
    }
}

extension SelectionRequest {
    fileprivate func validate() throws {
        func require(_ count: Int, atMost maximum: Int, _ field: String, _ things: String) throws {
            guard count <= maximum else {
                throw ServiceError(
                    .invalid, field: field, "A selection is made of at most \(maximum) \(things) in '\(field)'.")
            }
        }
        try require(ranges?.count ?? 0, atMost: ImageSelection.maximumRanges, "ranges", "ranges")
        try require(added.count, atMost: ImageSelection.maximumNamed, "plus", "images")
        try require(excluded.count, atMost: ImageSelection.maximumNamed, "minus", "images")
        guard ranges == nil || list?.order != .relevance else {
            throw ServiceError(
                .invalid, field: "sort",
                "A list by relevance has no ranges, since the ranks of its images change: choose another order.")
        }
    }
}

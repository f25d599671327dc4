internal import CatalogStorage
public import Domain

/// Albums: made, found, changed and deleted. What they show is decided by the owners of the images.
public struct Albums: Sendable {
    let repository: Repository

    public init(repository: Repository) { self.repository = repository }

    /// Which albums a list has.
    public struct Filter: Sendable {
        /// Only those of others that the viewer is a member of, or only its own ones; nil for both.
        public var isShared: Bool?
        /// Those of an account; nil for those of the viewer and those that it is a member of.
        public var owner: AccountID?
        /// The album that they are in: `.some(nil)` for none, nil for any.
        public var parent: AlbumID??

        public init() {}
    }

    /// What a viewer gets of an image that an album shows.
    public func disclosure(of record: ImageRecord, to viewer: Viewer) -> Disclosure {
        Disclosure(of: record, to: viewer, repository.catalog.publicDefaults)
    }

    /// Adds an album of the viewer.
    ///
    /// - Throws: `invalid`; `conflict` if there are too many, or they are too deep.
    public func add(_ details: AlbumDetails, parent: AlbumID?, for viewer: Viewer) async throws -> AlbumSummary {
        let id = AlbumID()
        try await repository.catalog.addAlbum(
            id, owner: try viewer.owner(), parent: parent, try details.validated())
        return try await album(id, for: viewer)
    }

    /// An album, if the viewer may see it.
    public func album(_ id: AlbumID, for viewer: Viewer) async throws -> AlbumSummary {
        let standing = try await standing(id, for: viewer)
        guard let summary = try await repository.catalog.summary(of: standing) else { throw ServiceError.noAlbum }
        return summary
    }

    /// The albums that the viewer may see, a page at a time. A stranger finds the public ones.
    public func list(
        _ filter: Filter, after cursor: Cursor?, limit: Int, for viewer: Viewer
    ) async throws -> Page<AlbumSummary> {
        var kind: AlbumSelection.Kind
        switch (filter.owner, filter.isShared) {
        case (let owner?, _): kind = .ownedBy(owner)
        case (nil, _) where viewer.account == nil: kind = .everyPublic
        case (nil, nil): kind = .ownAndShared
        case (nil, true?): kind = .shared
        case (nil, false?): kind = .own
        }
        if case .some(let parent?) = filter.parent { _ = try await standing(parent, for: viewer) }
        return try await repository.catalog.albums(
            AlbumSelection(kind, parent: filter.parent), for: viewer.albumReader, after: cursor, limit: limit)
    }

    /// Changes what an album says, who sees it, or where it is.
    ///
    /// - Parameters:
    ///   - sharesPrivate: whether the viewer's private images in it are shown to everybody if it becomes public.
    ///   - version: the version that the change was made against; nil for any.
    /// - Throws: `stale`; `showsPrivateImages`; `forbidden` unless the viewer manages the album.
    public func update(
        _ id: AlbumID, _ changes: AlbumChanges, sharesPrivate: Bool?, version: Int64?, for viewer: Viewer
    ) async throws -> AlbumSummary {
        let standing = try await standing(id, for: viewer, atLeast: changes.parent == nil ? .manager : .owner)
        _ = try changes.applied(to: standing.album.details).validated()
        if case .some(let cover?) = changes.cover, try await !repository.catalog.has(cover, in: standing) {
            throw ServiceError(.invalid, field: "cover", "The cover must be one of the album's images.")
        }
        let outcome = try await repository.catalog.updateAlbum(
            id, changes.trimmed, sharesPrivate: sharesPrivate, by: try viewer.owner(), expectedVersion: version)
        switch outcome {
        case .updated: return try await album(id, for: viewer)
        case .notFound: throw ServiceError.noAlbum
        case .conflict:
            throw ServiceError(
                .stale, "The album has been changed since you read it: read it again, and repeat your change.")
        case .needsConsent(let count): throw ServiceError.showsPrivate(count, to: "everybody")
        }
    }

    /// Deletes an album, and no image. The albums in it move up.
    ///
    /// - Throws: `forbidden` unless it is the viewer's own, or the viewer is an admin.
    public func delete(_ id: AlbumID, for viewer: Viewer) async throws {
        _ = try await standing(id, for: viewer, atLeast: .owner)
        while try await !repository.catalog.deleteAlbum(id) { try Task.checkCancellation() }
    }

    /// - Throws: `notFound` if the viewer may not know of the album; `unauthenticated` or `forbidden` if it lacks a role.
    func standing(_ id: AlbumID, for viewer: Viewer, atLeast role: AlbumRole? = nil) async throws -> AlbumStanding {
        guard let standing = try await repository.catalog.album(id, for: viewer.albumReader) else {
            throw ServiceError.noAlbum
        }
        guard let role else { return standing }
        _ = try viewer.owner()
        guard let own = standing.role, own >= role else {
            throw ServiceError(.forbidden, "This needs the role '\(role.rawValue)' in the album: ask its owner.")
        }
        return standing
    }
}

extension ServiceError {
    static func showsPrivate(_ count: Int64, to people: String) -> ServiceError {
        let images = count == 1 ? "one private image" : "\(count) private images"
        return ServiceError(
            .showsPrivateImages(count), field: "share_private",
            "This would make \(images) visible to \(people): say 'share_private': true if that is wanted, or false if your private images shall stay hidden."
        )
    }
}

extension AlbumDetails {
    /// The details as they are kept.
    ///
    /// - Throws: `invalid` if a bound is exceeded.
    func validated() throws -> AlbumDetails {
        var details = self
        details.title = title.trimmed
        guard (1...200).contains(details.title.count) else {
            throw ServiceError(.invalid, field: "title", "The title of an album has 1 to 200 characters.")
        }
        guard description.count <= 10_000 else {
            throw ServiceError(
                .invalid, field: "description", "The description of an album has at most 10000 characters.")
        }
        return details
    }
}

extension AlbumChanges {
    fileprivate var trimmed: AlbumChanges {
        var changes = self
        changes.title = title?.trimmed
        return changes
    }
}

internal import CatalogStorage
public import Domain

extension Albums {
    /// The images that an album shows the viewer, in its order.
    public func images(
        in id: AlbumID, after cursor: Cursor?, limit: Int, for viewer: Viewer
    ) async throws -> Page<ImageRecord> {
        try await repository.catalog.images(in: try await standing(id, for: viewer), after: cursor, limit: limit)
    }

    /// Only the ids of the images, in the same order.
    public func ids(
        in id: AlbumID, after cursor: Cursor?, limit: Int, for viewer: Viewer
    ) async throws -> Page<ImageID> {
        try await repository.catalog.ids(in: try await standing(id, for: viewer), after: cursor, limit: limit)
    }

    /// Adds images to the end of an album: a contributor its own, a manager also those of others that it may see.
    ///
    /// Others see a private image only if its owner adds it and says so.
    /// - Throws: `showsPrivateImages` if the viewer has not said whether its private images are shown.
    public func add(
        _ images: [ImageID], to id: AlbumID, sharesPrivate: Bool?, for viewer: Viewer
    ) async throws -> AlbumChange {
        let standing = try await standing(id, for: viewer, atLeast: .contributor)
        let mayAddOthers = standing.role.map { $0 >= .manager } ?? false
        let outcome = try await repository.catalog.add(
            images, to: standing, by: try viewer.owner(), mayAddOthers: mayAddOthers, sharesPrivate: sharesPrivate)
        switch outcome {
        case .done(let change): return change
        case .needsConsent(let count): throw ServiceError.showsPrivate(count, to: standing.spectators(of: viewer))
        }
    }

    /// Removes images from an album: a manager any, others their own and those that they have added. Whoever owns an image
    /// can withdraw it even from an album that they may not see any more.
    public func remove(_ images: [ImageID], from id: AlbumID, for viewer: Viewer) async throws -> AlbumChange {
        let account = try viewer.owner()
        let standing = try await repository.catalog.album(id, for: viewer.albumReader)
        let mayRemoveAny = standing?.role.map { $0 >= .manager } ?? false
        let change = try await repository.catalog.remove(
            images, from: id, by: account, standing: standing, mayRemoveAny: mayRemoveAny)
        guard standing != nil || !change.done.isEmpty else { throw ServiceError.noAlbum }
        return change
    }

    /// Moves an image beside another one.
    ///
    /// - Throws: `notFound`; `conflict` if the album is sorted by date.
    public func move(_ image: ImageID, to place: AlbumPlace, in id: AlbumID, for viewer: Viewer) async throws {
        let standing = try await standing(id, for: viewer, atLeast: .manager)
        guard standing.album.details.order == .manual else {
            throw ServiceError(
                .conflict, "The album is sorted by date: give it the order 'manual' first (PATCH /v1/albums/{id}).")
        }
        if case .notFound(let missing) = try await repository.catalog.move(image, to: place, in: id) {
            throw ServiceError(.notFound, "The album has no image \(missing).")
        }
    }
}

extension AlbumStanding {
    /// Who sees what is shown in the album, in words.
    func spectators(of viewer: Viewer) -> String {
        album.details.visibility == .public && album.owner == viewer.account
            ? "everybody" : "those who see the album '\(album.details.title.prefix(100))'"
    }
}

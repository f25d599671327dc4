internal import CatalogStorage
internal import Domain

extension BulkChanges {
    /// - Throws: `notFound` if the viewer may not know of an album, `forbidden` if it may not add images to it;
    ///   `showsPrivateImages` if private images would be shown, and nobody has said that they shall.
    func requireAlbums(of edit: ImageEdit, with images: [ImageID], for viewer: Viewer) async throws {
        for id in edit.removedAlbums { _ = try await albums.standing(id, for: viewer) }
        for id in edit.addedAlbums {
            let standing = try await albums.standing(id, for: viewer, atLeast: .contributor)
            // Images that become public are shown anyway.
            if edit.sharesPrivate != nil || edit.changes.visibility == .public { continue }
            let count = try await repository.catalog.hiddenImages(
                of: images, in: standing, for: try viewer.owner())
            if count > 0 { throw ServiceError.showsPrivate(count, to: standing.spectators(of: viewer)) }
        }
    }
}

extension ImageEdit {
    /// The most albums that one request adds images to, and the most that it removes them from.
    private static let maximumAlbums = 20

    func validateAlbums() throws {
        for (albums, field) in [(addedAlbums, "add_to_albums"), (removedAlbums, "remove_from_albums")] {
            guard albums.count <= Self.maximumAlbums, Set(albums).count == albums.count else {
                throw ServiceError(
                    .invalid, field: field, "At most \(Self.maximumAlbums) albums are named, each once.")
            }
        }
        if let album = addedAlbums.first(where: removedAlbums.contains) {
            throw ServiceError(
                .invalid, field: "remove_from_albums",
                "Images cannot be added to the album \(album) and removed from it at the same time.")
        }
        guard sharesPrivate == nil || !addedAlbums.isEmpty else {
            throw ServiceError(
                .invalid, field: "share_private", "'share_private' is of images that are added to albums.")
        }
    }
}

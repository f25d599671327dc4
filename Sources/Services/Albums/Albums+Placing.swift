internal import CatalogStorage
public import Domain

extension Albums {
    /// The album that a placement names, before the first byte is taken in; nil for none.
    ///
    /// - Throws: `notFound`; `forbidden` if the viewer may not add images to it; `showsPrivateImages` if a private image would
    ///   be shown and nobody has said that it shall; `invalid` for a path that cannot be one.
    public func album(for placement: AlbumPlacement, _ visibility: Visibility, for viewer: Viewer) async throws
        -> AlbumID?
    {
        guard !placement.isEmpty else { return nil }
        if let only = viewer.album {
            guard placement.album == only.id, placement.path == nil else {
                throw ServiceError(.forbidden, "The token adds images to one album, which need not be named.")
            }
            return nil
        }
        let account = try viewer.owner()
        guard viewer.scopes.contains(.write) else {
            throw ServiceError(.forbidden, "Adding images to albums needs a token with the scope 'write'.")
        }
        guard placement.album == nil || placement.path == nil else {
            throw ServiceError(.invalid, field: "album", "Say either 'album' or 'album_path', not both.")
        }
        var id = placement.album
        if let path = placement.path {
            id = try await repository.catalog.album(at: try Self.titles(path), owner: account)
        }
        guard let id else { return nil }
        let standing = try await standing(id, for: viewer, atLeast: .contributor)
        if visibility == .private, placement.sharesPrivate == nil,
            try await repository.catalog.audience(of: standing, for: account) > .nobody
        {
            throw ServiceError.showsPrivate(1, to: standing.spectators(of: viewer))
        }
        return id
    }

    /// Adds an image that has just been uploaded. An image that was there before keeps its visibility, and is shown to others
    /// only if that is said.
    public func place(_ image: ImageID, in album: AlbumID, _ placement: AlbumPlacement, for viewer: Viewer) async throws
    {
        _ = try await add([image], to: album, sharesPrivate: placement.sharesPrivate ?? false, for: viewer)
    }

    /// The viewer's album at the end of a path of titles, each in the one before. Those that there are not are made.
    ///
    /// - Throws: `invalid` for a path that cannot be one; `conflict` if the account has too many albums.
    public func album(at path: [String], for viewer: Viewer) async throws -> AlbumSummary {
        let account = try viewer.owner()
        guard
            let id = try await repository.catalog.album(at: try Self.titles(path, field: "path"), owner: account)
        else { throw ServiceError.noAlbum }
        return try await album(id, for: viewer)
    }

    private static func titles(_ path: [String], field: String = "album_path") throws -> [String] {
        let titles = try path.map { try AlbumDetails(title: $0).validated().title }
        guard (1...Album.maximumDepth).contains(titles.count) else {
            throw ServiceError(
                .invalid, field: field,
                "A path of albums has 1 to \(Album.maximumDepth) titles, such as Holidays/2024/Rome.")
        }
        return titles
    }
}

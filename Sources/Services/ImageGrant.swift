internal import CatalogStorage
internal import Domain

/// Through what a viewer sees an image. What somebody else than its owner gets of it depends on this alone.
enum ImageGrant: Hashable, Sendable {
    /// The image is the viewer's own, or the viewer is an admin.
    case owner
    /// Everybody sees it.
    case everybody
    /// It is private, and an album shows it with its owner's agreement.
    case album
    /// Its owner shares it with everybody who has an address, with or without the originals.
    case share(givesOriginal: Bool)

    /// Whether the viewer gets the bytes that were uploaded, and what is only in them. Albums never give them.
    func includesOriginal(_ access: FileAccess) -> Bool {
        switch self {
        case .owner: true
        case .everybody: access.givesOriginal
        case .album: false
        case .share(let givesOriginal): givesOriginal
        }
    }
}

/// What is asked of an image's files.
enum FileUse: Sendable {
    /// A picture that was made of it.
    case rendition
    /// The bytes that were uploaded, or what is only in them.
    case original
}

extension Viewer {
    /// Through what the viewer sees an image, as far as that needs no look at albums.
    func grant(owner: AccountID, _ visibility: Visibility) -> ImageGrant? {
        if owner == account || isAdmin { return .owner }
        return visibility == .public ? .everybody : nil
    }
}

extension Catalog {
    /// Through what a viewer sees an image; nil if the viewer may not know of it.
    func grant(
        of id: ImageID, owner: AccountID, _ visibility: Visibility, to viewer: Viewer
    ) async throws -> ImageGrant? {
        if let grant = viewer.grant(owner: owner, visibility) { return grant }
        return try await isShownByAlbum(id, to: viewer.account) ? .album : nil
    }
}

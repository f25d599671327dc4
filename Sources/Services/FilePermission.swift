public import CatalogStorage
internal import Domain

/// The right to read files of an image.
public enum FilePermission: Sendable {
    /// The files that the viewer may see.
    case viewer(Viewer)
    /// The one file that a signed address names, even if the image is private. Everybody who has the address may have
    /// the file.
    case signedAddress
    /// The files that a share gives to whoever has its address.
    case share(ShareScope)

    /// Whether a file may be read for a reason that does not change while the image stays the same. Otherwise the
    /// catalogue has to be asked.
    func isEvident(_ use: FileUse, _ access: FileAccess) -> Bool {
        switch self {
        case .signedAddress: true
        case .share: false
        case .viewer(let viewer):
            viewer.grant(owner: access.owner, access.visibility).map {
                use == .rendition || $0.includesOriginal(access)
            }
                ?? false
        }
    }

    /// The grant by which files of an image may be read.
    ///
    /// - Throws: `notFound` if they may not be seen: nobody learns of an image that way; `forbidden` if only its
    ///   renditions are shown.
    @discardableResult
    func require(
        _ use: FileUse, of id: ImageID, _ access: FileAccess, in catalog: Catalog
    ) async throws -> ImageGrant {
        switch self {
        case .signedAddress: return .owner
        case .share(let scope):
            let givesOriginal = try await catalog.givesOriginal(of: id, in: scope)
            return try require(use, access, givesOriginal.map { .share(givesOriginal: $0) })
        case .viewer(let viewer):
            return try require(
                use, access, try await catalog.grant(of: id, owner: access.owner, access.visibility, to: viewer))
        }
    }

    private func require(_ use: FileUse, _ access: FileAccess, _ grant: ImageGrant?) throws -> ImageGrant {
        guard let grant else { throw ServiceError.noImage() }
        guard use == .rendition || grant.includesOriginal(access) else { throw ServiceError.hiddenOriginal }
        return grant
    }
}

extension ServiceError {
    static let hiddenOriginal = ServiceError(
        .forbidden,
        "The owner of this image does not give its original, nor its metadata, to others: ask for its full-size file or another rendition, without metadata=keep."
    )
}

internal import Domain

/// The right to read files of an image.
public enum FilePermission: Sendable {
    /// The files that the viewer may see.
    case viewer(Viewer)
    /// The one file that a signed address names, even if the image is private. Everybody who has the address may have
    /// the file.
    case signedAddress

    /// - Parameter original: whether the file is the original, or has metadata of it.
    /// - Throws: `notFound` if the files of the image may not be seen: nobody learns of an image that way; `forbidden` if
    ///   the image may be seen, but its original is not given to others.
    func require(_ access: FileAccess, original: Bool = false) throws {
        guard case .viewer(let viewer) = self else { return }
        guard viewer.maySee(owner: access.owner, access.visibility) else { throw ServiceError.noImage() }
        guard !original || mayHaveOriginal(access) else { throw ServiceError.hiddenOriginal }
    }

    /// Whether the original of an image that may be seen may be had, too.
    func mayHaveOriginal(_ access: FileAccess) -> Bool {
        switch self {
        case .signedAddress: true
        case .viewer(let viewer): viewer.isInCharge(of: access.owner) || access.givesOriginal
        }
    }
}

extension ServiceError {
    static let hiddenOriginal = ServiceError(
        .forbidden,
        "The owner of this image does not give its original, nor its metadata, to others: ask for its full-size file or another rendition, without metadata=keep."
    )
}

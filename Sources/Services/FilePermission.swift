internal import Domain

/// The right to read files of an image.
public enum FilePermission: Sendable {
    /// The files that the viewer may see.
    case viewer(Viewer)
    /// The one file that a signed address names, even if the image is private. Everybody who has the address may have
    /// the file.
    case signedAddress

    /// - Throws: `notFound` if the files of the image may not be seen: nobody learns of an image that way.
    func require(_ access: FileAccess) throws {
        switch self {
        case .signedAddress: return
        case .viewer(let viewer):
            guard viewer.maySee(owner: access.owner, access.visibility) else { throw ServiceError.noImage() }
        }
    }
}

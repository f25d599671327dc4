/// A file of an image.
public struct ImageFile: Sendable, Hashable {
    public let image: ImageID
    public let file: StoredFile

    public init(image: ImageID, file: StoredFile) {
        self.image = image
        self.file = file
    }
}

/// An image that lacks a file.
public struct ImageLackingFile: Sendable, Hashable {
    public let image: ImageID
    /// Why it cannot be made, if that is known.
    public let damage: String?

    public init(image: ImageID, damage: String?) {
        self.image = image
        self.damage = damage
    }
}

/// The properties of an image that decide who may download its files, and under which name.
public struct FileAccess: Hashable, Sendable {
    public let digest: Digest
    public let owner: AccountID
    public let visibility: Visibility
    /// The name of the image's file, or else its title: of use to those who may have the original.
    public let fileName: String
    public let title: String
    /// When the image was added.
    public let dateAdded: Timestamp
    /// How often the kept renditions of the content have been replaced.
    public let revision: Int
    /// How the image is turned.
    public let rotation: Orientation
    /// Whether others who see the image get its original, too.
    public let givesOriginal: Bool

    public init(
        digest: Digest, owner: AccountID, visibility: Visibility, fileName: String, title: String, dateAdded: Timestamp,
        revision: Int = 0, rotation: Orientation = .upright, givesOriginal: Bool = false
    ) {
        (self.digest, self.owner, self.visibility) = (digest, owner, visibility)
        (self.fileName, self.title) = (fileName, title)
        (self.dateAdded, self.revision, self.rotation) = (dateAdded, revision, rotation)
        self.givesOriginal = givesOriginal
    }
}

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
    /// What a downloaded file is called, whatever its ending: the image's file name, or else its title. Always the title
    /// if others see the image and do not get its original, because caches give everybody the same answer.
    public let name: String
    /// The image's title.
    public let title: String
    /// When the image was added.
    public let dateAdded: Timestamp
    /// How often the kept renditions of the content have been replaced.
    public let revision: Int
    /// Whether others who see the image get its original, too.
    public let givesOriginal: Bool

    public init(
        digest: Digest, owner: AccountID, visibility: Visibility, name: String, title: String = "",
        dateAdded: Timestamp, revision: Int = 0, givesOriginal: Bool = false
    ) {
        (self.digest, self.owner, self.visibility, self.name) = (digest, owner, visibility, name)
        self.title = title
        (self.dateAdded, self.revision, self.givesOriginal) = (dateAdded, revision, givesOriginal)
    }
}

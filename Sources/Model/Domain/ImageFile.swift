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

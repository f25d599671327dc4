/// What became of images that were to be added to an album, or removed from it.
public struct AlbumChange: Sendable, Hashable {
    public var done: [ImageID] = []
    /// Those that were in the album already.
    public var unchanged: [ImageID] = []
    /// Those that the account may not know of, or that are not in the album.
    public var unknown: [ImageID] = []
    /// Those that the account may see, and not add or remove.
    public var refused: [ImageID] = []

    public init() {}
}

/// The place of an image in an album, beside another one.
public enum AlbumPlace: Sendable, Hashable {
    case before(ImageID)
    case after(ImageID)

    /// The other image.
    public var neighbour: ImageID {
        switch self {
        case .before(let id), .after(let id): id
        }
    }
}

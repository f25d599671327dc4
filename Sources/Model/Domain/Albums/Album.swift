public import TextCoding

/// A set of images with an order. An image may be in any number of albums, and belongs to none.
public struct Album: Hashable, Sendable {
    /// The order in which an album shows its images.
    public enum Order: String, StringEnumeration {
        /// As they were put, one after the other.
        case manual
        /// By the date taken, or the date added if that is not known.
        case earliestTaken = "taken"
        case latestTaken = "-taken"
    }

    /// How deep albums are nested at most: an album without a parent is on level 1.
    public static let maximumDepth = 20
    /// The most albums of one account.
    public static let maximumAlbums: Int64 = 10_000
    /// The most images of one album.
    public static let maximumImages: Int64 = 1_000_000
    /// The most members of one album.
    public static let maximumMembers: Int64 = 1000

    public let id: AlbumID
    public let owner: AccountID
    /// The owner's handle.
    public let ownerHandle: String
    /// Nil if it is in no other album, as far as the reader may know.
    public let parent: AlbumID?
    public let details: AlbumDetails
    /// Increases with every change of what the album says; images and members do not count.
    public let version: Int64
    public let dateCreated: Timestamp
    public let dateModified: Timestamp

    public init(
        id: AlbumID, owner: AccountID, ownerHandle: String, parent: AlbumID?, details: AlbumDetails, version: Int64,
        dateCreated: Timestamp, dateModified: Timestamp
    ) {
        (self.id, self.owner, self.ownerHandle, self.parent) = (id, owner, ownerHandle, parent)
        (self.details, self.version) = (details, version)
        (self.dateCreated, self.dateModified) = (dateCreated, dateModified)
    }
}

/// What people say of an album.
public struct AlbumDetails: Hashable, Sendable {
    public var title: String
    public var description: String
    public var visibility: Visibility
    public var order: Album.Order
    /// The image that stands for the album; nil for the first one.
    public var cover: ImageID?

    public init(
        title: String, description: String = "", visibility: Visibility = .private, order: Album.Order = .manual,
        cover: ImageID? = nil
    ) {
        (self.title, self.description, self.visibility) = (title, description, visibility)
        (self.order, self.cover) = (order, cover)
    }
}

/// Changes of an album; nil leaves a property unchanged.
public struct AlbumChanges: Hashable, Sendable {
    public var title: String?
    public var description: String?
    public var visibility: Visibility?
    public var order: Album.Order?
    /// `.some(nil)` for the first image.
    public var cover: ImageID??
    /// `.some(nil)` for none.
    public var parent: AlbumID??

    public init() {}

    public func applied(to details: AlbumDetails) -> AlbumDetails {
        AlbumDetails(
            title: title ?? details.title, description: description ?? details.description,
            visibility: visibility ?? details.visibility, order: order ?? details.order, cover: cover ?? details.cover)
    }
}

/// An album as a list shows it to one reader.
public struct AlbumSummary: Hashable, Sendable {
    public let album: Album
    /// What the reader may do; nil for somebody who sees it because it is public.
    public let role: AlbumRole?
    /// How many images the reader sees.
    public let count: Int64
    /// The image that stands for it; nil if the reader sees none.
    public let cover: ImageRecord?
    /// The dates of the first and the last image that the reader sees.
    public let first: CivilTime?, last: CivilTime?

    public init(
        album: Album, role: AlbumRole?, count: Int64, cover: ImageRecord?, first: CivilTime?, last: CivilTime?
    ) {
        (self.album, self.role, self.count, self.cover) = (album, role, count, cover)
        (self.first, self.last) = (first, last)
    }
}

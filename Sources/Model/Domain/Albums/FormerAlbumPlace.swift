/// The place of an image in an album, as a row of the album has it.
public struct StoredAlbumPlace: Hashable, Sendable {
    public let position: PositionKey
    /// To whom the image's owner has agreed to show it.
    public let consent: AlbumAudience
    public let addedBy: AccountID
    public let dateAdded: Timestamp

    public init(position: PositionKey, consent: AlbumAudience, addedBy: AccountID, dateAdded: Timestamp) {
        (self.position, self.consent) = (position, consent)
        (self.addedBy, self.dateAdded) = (addedBy, dateAdded)
    }
}

extension StoredAlbumPlace {
    /// Whether it is from the same addition, wherever the image was moved since.
    public func isSameAddition(as other: StoredAlbumPlace?) -> Bool {
        addedBy == other?.addedBy && dateAdded == other?.dateAdded
    }
}

/// What an album has had of an image before a change.
public struct FormerAlbumPlace: Hashable, Sendable {
    public let album: AlbumID
    /// Nil if the image was not in the album.
    public let place: StoredAlbumPlace?
    /// What the change has left; nil if the image is not in the album any more.
    public let left: StoredAlbumPlace?
    /// The version of the image after the change. If it has another one by now, its owner may have hidden it since.
    public let version: Int64

    public init(album: AlbumID, place: StoredAlbumPlace?, left: StoredAlbumPlace?, version: Int64) {
        (self.album, self.place, self.left, self.version) = (album, place, left, version)
    }
}

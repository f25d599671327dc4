/// To whom an image is shown in an album, in addition to the image's owner and admins.
public enum AlbumAudience: Int64, Sendable, CaseIterable, Comparable {
    /// To nobody: the image is private, and its owner has not agreed.
    case nobody = 0
    /// To the album's owner and members.
    case members = 1
    /// To everybody who sees the album.
    case everybody = 2

    public static func < (left: AlbumAudience, right: AlbumAudience) -> Bool { left.rawValue < right.rawValue }
}

/// The images of one album that one reader sees.
public struct AlbumScope: Hashable, Sendable {
    public let album: AlbumID
    /// Images with a smaller audience are not shown, unless they are the reader's own.
    public let least: AlbumAudience
    /// Nil for a stranger.
    public let reader: AccountID?

    public init(album: AlbumID, least: AlbumAudience, reader: AccountID?) {
        (self.album, self.least, self.reader) = (album, least, reader)
    }
}

/// The albums that a term of a search names.
public struct AlbumMatch: Hashable, Sendable {
    /// An id or a title, as it was searched for.
    public let text: String
    /// What the reader sees of the albums with that id or title; empty until they have been looked up.
    public let scopes: [AlbumScope]

    public init(_ text: String, scopes: [AlbumScope] = []) { (self.text, self.scopes) = (text, scopes) }
}

public import Domain

/// Who reads albums.
public struct AlbumReader: Hashable, Sendable {
    /// Nil for a stranger.
    public let account: AccountID?
    /// Whether it sees all albums and images.
    public let isAdmin: Bool

    public init(account: AccountID?, isAdmin: Bool) { (self.account, self.isAdmin) = (account, isAdmin) }
}

/// An album, and what one reader may do with it.
public struct AlbumStanding: Hashable, Sendable {
    public let album: Album
    /// The reader's role: that of the owner for admins, and nil for somebody who sees the album because it is public.
    public let role: AlbumRole?
    public let reader: AlbumReader

    /// What the reader sees of it.
    public var scope: AlbumScope {
        let least: AlbumAudience = reader.isAdmin ? .nobody : role == nil ? .everybody : .members
        return AlbumScope(album: album.id, least: least, reader: reader.account)
    }
}

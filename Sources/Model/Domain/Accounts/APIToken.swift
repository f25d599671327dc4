public import TextCoding

/// The right that a token grants.
public enum Scope: String, StringEnumeration, Comparable {
    /// To see what the account may see.
    case read
    /// To add images, and nothing else: not to see, change or delete them.
    case upload
    /// To add, change and delete images.
    case write
    /// To use what the account may do as an admin, and to manage the account itself.
    case admin

    public static func < (left: Scope, right: Scope) -> Bool { left.rawValue < right.rawValue }
}

/// A token for programs, as its owner sees it. The token itself is shown once; only its digest is stored.
public struct APIToken: Hashable, Sendable {
    public let id: TokenID
    public let account: AccountID
    /// A name that its owner has chosen.
    public let name: String
    public let scopes: Set<Scope>
    public let dateCreated: Timestamp
    /// To the minute; nil before the first use.
    public let dateUsed: Timestamp?
    /// Nil for never.
    public let expires: Timestamp?
    /// The limit for the bytes of originals that are added with it; nil for none beside that of the account.
    public let quotaBytes: Int64?
    /// Bytes of the originals that were added with it.
    public let bytesUsed: Int64
    /// The one album that everything goes to which is added with it; nil for none.
    public let album: TokenAlbum?
    /// The token with which it was issued, and with which it ends; nil if a session or an admin has issued it.
    public let issuer: TokenID?

    public init(
        id: TokenID, account: AccountID, name: String, scopes: Set<Scope>, dateCreated: Timestamp,
        dateUsed: Timestamp?, expires: Timestamp?, quotaBytes: Int64? = nil, bytesUsed: Int64 = 0,
        album: TokenAlbum? = nil, issuer: TokenID? = nil
    ) {
        (self.album, self.issuer) = (album, issuer)
        (self.id, self.account, self.name, self.scopes) = (id, account, name, scopes)
        (self.dateCreated, self.dateUsed, self.expires) = (dateCreated, dateUsed, expires)
        (self.quotaBytes, self.bytesUsed) = (quotaBytes, bytesUsed)
    }
}

/// The album of a token that only adds to it.
public struct TokenAlbum: Hashable, Sendable {
    public let id: AlbumID
    /// Whether those who see the album see the images although they are private.
    public let sharesPrivate: Bool

    public init(id: AlbumID, sharesPrivate: Bool) { (self.id, self.sharesPrivate) = (id, sharesPrivate) }
}

/// The identity of a token for programs.
public struct TokenID: Identity {
    public let value: UniqueID
    public init(value: UniqueID) { self.value = value }
}

/// The identity of a session.
public struct SessionID: Identity {
    public let value: UniqueID
    public init(value: UniqueID) { self.value = value }
}

/// The identity of an invitation.
public struct InvitationID: Identity {
    public let value: UniqueID
    public init(value: UniqueID) { self.value = value }
}

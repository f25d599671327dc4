/// The identity of a share.
public struct ShareID: Identity {
    public let value: UniqueID
    public init(value: UniqueID) { self.value = value }
}

/// Images that an account shows to everybody who has the share's address.
public struct Share: Hashable, Sendable {
    /// The most shares of one account.
    public static let maximumShares: Int64 = 10_000
    /// The most images that a share names.
    public static let maximumImages = 10_000

    public let id: ShareID
    public let owner: AccountID
    /// The owner's handle.
    public let ownerHandle: String
    public let subject: ShareSubject
    public let terms: ShareTerms
    /// The hash of the password; nil if there is none.
    public let passwordHash: String?
    /// What visitors have sent so far.
    public let uploadedBytes: Int64, uploadedCount: Int64
    /// How often it was opened.
    public let uses: Int64
    /// When it was last opened.
    public let lastUsed: Timestamp?
    public let dateCreated: Timestamp
    public let dateModified: Timestamp

    public init(
        id: ShareID, owner: AccountID, ownerHandle: String, subject: ShareSubject, terms: ShareTerms,
        passwordHash: String?, uploadedBytes: Int64 = 0, uploadedCount: Int64 = 0, uses: Int64, lastUsed: Timestamp?,
        dateCreated: Timestamp, dateModified: Timestamp
    ) {
        (self.id, self.owner, self.ownerHandle) = (id, owner, ownerHandle)
        (self.subject, self.terms, self.passwordHash) = (subject, terms, passwordHash)
        (self.uploadedBytes, self.uploadedCount) = (uploadedBytes, uploadedCount)
        (self.uses, self.lastUsed) = (uses, lastUsed)
        (self.dateCreated, self.dateModified) = (dateCreated, dateModified)
    }
}

extension Share {
    /// How many bytes and images visitors may still send; nil if it takes none.
    public var room: (bytes: Int64, count: Int64)? {
        terms.uploads.map { (max(0, $0.bytes - uploadedBytes), max(0, $0.count - uploadedCount)) }
    }
}

/// Whether visitors may send images, and how many.
public struct ShareUploads: Hashable, Sendable {
    /// The album of the share's owner that they come into.
    public let album: AlbumID
    /// The most bytes and images that the share takes altogether.
    public let bytes: Int64, count: Int64

    public static let maximumCount: Int64 = 100_000

    public init(album: AlbumID, bytes: Int64, count: Int64) {
        (self.album, self.bytes, self.count) = (album, bytes, count)
    }
}

/// What a share shows, always of its owner's own images.
public enum ShareSubject: Hashable, Sendable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case images, album, search
    }

    /// Images that it names.
    case images
    case album(AlbumID, includesChildren: Bool)
    /// What matches a query whenever somebody looks.
    case search(String)

    public var kind: Kind {
        switch self {
        case .images: .images
        case .album: .album
        case .search: .search
        }
    }
}

/// What an account asks to share.
public enum ShareSelection: Hashable, Sendable {
    /// In the order in which the share shows them.
    case images([ImageID])
    case album(AlbumID, includesChildren: Bool)
    case search(String)

    public var subject: ShareSubject {
        switch self {
        case .images: .images
        case .album(let id, let includesChildren): .album(id, includesChildren: includesChildren)
        case .search(let query): .search(query)
        }
    }
}

/// What a share says, and what it gives.
public struct ShareTerms: Hashable, Sendable {
    /// At most 200 characters.
    public var title: String
    /// When it ends; nil for never.
    public var expires: Timestamp?
    /// Whether it gives the originals. They state the place and the camera, which are given then, too.
    public var givesOriginals: Bool
    public var hidesPlace: Bool
    public var hidesCamera: Bool
    /// Nil if visitors may not send images.
    public var uploads: ShareUploads?

    public init(
        title: String = "", expires: Timestamp? = nil, givesOriginals: Bool = false, hidesPlace: Bool = true,
        hidesCamera: Bool = true, uploads: ShareUploads? = nil
    ) {
        (self.title, self.expires, self.uploads) = (title, expires, uploads)
        (self.givesOriginals, self.hidesPlace, self.hidesCamera) = (givesOriginals, hidesPlace, hidesCamera)
    }
}

/// Changes of a share; nil leaves a property unchanged.
public struct ShareChanges: Hashable, Sendable {
    public var title: String?
    public var selection: ShareSelection?
    /// `.some(nil)` for never.
    public var expires: Timestamp??
    /// `.some(nil)` for none.
    public var password: String??
    public var givesOriginals: Bool?
    public var hidesPlace: Bool?
    public var hidesCamera: Bool?
    /// `.some(nil)` for none.
    public var uploads: ShareUploads??

    public init() {}

    /// The terms with these changes.
    ///
    /// Giving the originals gives what they state. If they are not given any more, what is not said is hidden again.
    public func applied(to terms: ShareTerms) -> ShareTerms {
        let gives = givesOriginals ?? terms.givesOriginals
        let isTurning = gives != terms.givesOriginals
        func hides(_ wanted: Bool?, _ former: Bool) -> Bool { wanted ?? (isTurning ? !gives : former) }
        return ShareTerms(
            title: title ?? terms.title, expires: expires ?? terms.expires, givesOriginals: gives,
            hidesPlace: hides(hidesPlace, terms.hidesPlace), hidesCamera: hides(hidesCamera, terms.hidesCamera),
            uploads: uploads ?? terms.uploads)
    }
}

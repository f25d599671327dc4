/// An upload that is sent in several requests, whatever protocol these follow. Its bytes grow in the staging folder, and
/// become an image once all are there.
public struct ResumableUpload: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        /// Its bytes become an image.
        case whole
        /// Its bytes are a part of a `final` one.
        case part
        /// It is put together from parts, and becomes an image.
        case final
    }

    public enum Outcome: Hashable, Sendable {
        case image(ImageID, isDuplicate: Bool)
        case refused(UploadRefusal)
    }

    public let id: UploadID
    public let owner: AccountID
    /// The token with which it was begun; nil if it was begun with other credentials.
    public let token: TokenID?
    public let kind: Kind
    /// Of its file in the staging folder; nil if there is none any more.
    public let name: String?
    /// Bytes that are on stable storage.
    public let offset: Int64
    /// Bytes that there will be; nil until its sender says so.
    public let length: Int64?
    /// Counts the requests that have continued it: only the latest may write.
    public let epoch: Int64
    public let description: UploadDescription
    public let dateCreated: Timestamp
    /// When it is given up, or once it has ended, forgotten.
    public let expires: Timestamp
    /// Nil until it has ended.
    public let outcome: Outcome?

    public init(
        id: UploadID, owner: AccountID, token: TokenID?, kind: Kind, name: String?, offset: Int64 = 0, length: Int64?,
        epoch: Int64 = 0, description: UploadDescription, dateCreated: Timestamp, expires: Timestamp,
        outcome: Outcome? = nil
    ) {
        (self.id, self.owner, self.token, self.kind, self.name) = (id, owner, token, kind, name)
        (self.offset, self.length, self.epoch, self.description) = (offset, length, epoch, description)
        (self.dateCreated, self.expires, self.outcome) = (dateCreated, expires, outcome)
    }

    /// Whether all of its bytes are there.
    public var isReceived: Bool { offset == length }
}

/// What the sender of an upload says of it.
public struct UploadDescription: Hashable, Sendable, Codable {
    public var fileName: String?
    public var title = "", text = ""
    public var tags: [String] = []
    public var attributes: [String: JSONValue] = [:]
    public var visibility = Visibility.private
    public var publicOriginal: Bool?, publicPlace: Bool?
    public var externalID: String?
    /// When the picture was taken, if its file does not say so: a date and a time.
    public var timestamp: String?
    /// The digest that the bytes have.
    public var digest: Digest?
    /// The album that gets the image.
    public var placement: AlbumPlacement?
    /// The same in the words of the protocol, to be told again.
    public var stated: String?
    /// Of a `final` upload.
    public var parts: [UploadID] = []

    public init() {}

    /// The details of the image.
    public var details: ImageDetails {
        get {
            ImageDetails(
                title: title, description: text, tags: tags, attributes: attributes, visibility: visibility,
                publicOriginal: publicOriginal, publicPlace: publicPlace, externalID: externalID)
        }
        set {
            (title, text, tags) = (newValue.title, newValue.description, newValue.tags)
            (attributes, visibility) = (newValue.attributes, newValue.visibility)
            (publicOriginal, publicPlace) = (newValue.publicOriginal, newValue.publicPlace)
            externalID = newValue.externalID
        }
    }
}

/// Why an upload did not become an image. Sending the same bytes again leads to the same.
public struct UploadRefusal: Hashable, Sendable {
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The raw values are those of the catalogue.
        case unsupported, damaged, invalid, lost
        case tooManyPixels = "too-many-pixels"
        case tooLarge = "too-large"
        case digestMismatch = "digest-mismatch"
        case quotaExceeded = "quota-exceeded"
    }

    public let code: Code
    /// For people.
    public let reason: String

    public init(_ code: Code, _ reason: String) { (self.code, self.reason) = (code, reason) }
}

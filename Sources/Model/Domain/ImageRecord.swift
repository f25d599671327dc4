/// Who may see an image.
public enum Visibility: String, Sendable, Codable, CaseIterable {
    case `public`, `private`
}

/// What a user sees of an image in the catalogue.
public struct ImageRecord: Hashable, Sendable {
    /// Whether the renditions of an image are there.
    public enum State: String, Sendable, Codable, CaseIterable {
        /// A thumbnail and a full-size file are kept.
        case ready
        /// They are not made yet.
        case pending
        /// They cannot be made: the pixels do not decode.
        case damaged
    }

    public let id: ImageID
    public let content: ImageContent
    public let owner: AccountID
    /// The handle of the owner.
    public let ownerHandle: String
    public var details: ImageDetails
    /// Bytes of the original.
    public let bytes: Int64
    public let dateAdded: Timestamp
    public let dateModified: Timestamp
    public let state: State
    /// Grows with every change of the record: the base of its entity tag.
    public let version: Int64

    public init(
        id: ImageID, content: ImageContent, owner: AccountID, ownerHandle: String, details: ImageDetails, bytes: Int64,
        dateAdded: Timestamp, dateModified: Timestamp, state: State, version: Int64
    ) {
        (self.id, self.content, self.owner, self.ownerHandle) = (id, content, owner, ownerHandle)
        (self.details, self.bytes) = (details, bytes)
        (self.dateAdded, self.dateModified) = (dateAdded, dateModified)
        (self.state, self.version) = (state, version)
    }
}

/// The words that a user gives to an image, and who may see it.
public struct ImageDetails: Hashable, Sendable {
    /// At most 500 characters; the file's name without its ending if the user gave none.
    public var title: String
    /// At most 10,000 characters.
    public var description: String
    /// At most 100, each of at most 100 characters, in the order given, none twice.
    public var tags: [String]
    public var attributes: [String: JSONValue]
    public var visibility: Visibility

    public init(
        title: String = "", description: String = "", tags: [String] = [], attributes: [String: JSONValue] = [:],
        visibility: Visibility = .private
    ) {
        (self.title, self.description, self.tags) = (title, description, tags)
        (self.attributes, self.visibility) = (attributes, visibility)
    }
}

/// The changes that a user asks for; nil leaves a thing as it is.
public struct ImageChanges: Hashable, Sendable {
    public var title: String?, description: String?
    public var tags: [String]?
    public var attributes: [String: JSONValue]?
    public var visibility: Visibility?

    public init() {}

    /// The details with these changes made.
    public func applied(to details: ImageDetails) -> ImageDetails {
        ImageDetails(
            title: title ?? details.title, description: description ?? details.description, tags: tags ?? details.tags,
            attributes: attributes ?? details.attributes, visibility: visibility ?? details.visibility)
    }
}

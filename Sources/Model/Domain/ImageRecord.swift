/// Who may see an image.
public enum Visibility: String, Sendable, Codable, CaseIterable {
    case `public`, `private`
}

/// The record of an image, as users see it.
public struct ImageRecord: Hashable, Sendable {
    /// The state of an image's renditions.
    public enum State: String, Sendable, Codable, CaseIterable {
        /// A thumbnail and a full-size file are kept.
        case ready
        /// They have not been made yet.
        case pending
        /// They cannot be made: the pixels cannot be decoded.
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
    /// Incremented with every change of the record; its entity tag is based on it.
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

extension ImageRecord {
    /// When the picture was taken: as somebody has set it, or as the file states it.
    public var taken: TakenDate? { details.taken ?? content.metadata.taken }

    /// Where the picture was taken: as somebody has set it, or as the file states it.
    public var place: GeographicPoint? { details.place ?? content.metadata.place }
}

/// The details of an image that a user can edit.
public struct ImageDetails: Hashable, Sendable {
    /// At most 500 characters; by default the file's name without its extension.
    public var title: String
    /// At most 10,000 characters.
    public var description: String
    /// At most 100, each of at most 100 characters, in the given order, without duplicates.
    public var tags: [String]
    public var attributes: [String: JSONValue]
    public var visibility: Visibility
    /// When the picture was taken, in place of what the file states; nil if nobody has set it.
    public var taken: TakenDate?
    /// Where, in place of what the file states; nil if nobody has set it.
    public var place: GeographicPoint?

    public init(
        title: String = "", description: String = "", tags: [String] = [], attributes: [String: JSONValue] = [:],
        visibility: Visibility = .private, taken: TakenDate? = nil, place: GeographicPoint? = nil
    ) {
        (self.title, self.description, self.tags) = (title, description, tags)
        (self.attributes, self.visibility) = (attributes, visibility)
        (self.taken, self.place) = (taken, place)
    }
}

/// Changes of the details; nil leaves a detail unchanged.
public struct ImageChanges: Hashable, Sendable {
    public var title: String?, description: String?
    public var tags: [String]?
    public var attributes: [String: JSONValue]?
    /// A merge patch of the attributes (RFC 7396), if they are not replaced.
    public var attributesPatch: [String: JSONValue]?
    public var visibility: Visibility?
    /// The inner value is nil if the date of the file is to count again.
    public var taken: TakenDate??
    /// The inner value is nil if the place of the file is to count again.
    public var place: GeographicPoint??

    public init() {}

    /// The changes with the patch of the attributes merged into those of the details.
    public func merged(with details: ImageDetails) -> ImageChanges {
        guard let patch = attributesPatch else { return self }
        var changes = self
        (changes.attributes, changes.attributesPatch) = (patch.merged(into: details.attributes), nil)
        return changes
    }

    /// The details with these changes applied.
    public func applied(to details: ImageDetails) -> ImageDetails {
        ImageDetails(
            title: title ?? details.title, description: description ?? details.description, tags: tags ?? details.tags,
            attributes: attributes ?? details.attributes, visibility: visibility ?? details.visibility,
            taken: taken ?? details.taken, place: place ?? details.place)
    }
}

public import TextCoding

/// Who may see an image.
public enum Visibility: String, StringEnumeration {
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
    /// The name of the file with which the image was sent; nil if the sender gave none.
    public let sentName: String?
    public let dateAdded: Timestamp
    public let dateModified: Timestamp
    public let state: State
    /// Incremented with every change of the record; its entity tag is based on it.
    public let version: Int64

    public init(
        id: ImageID, content: ImageContent, owner: AccountID, ownerHandle: String, details: ImageDetails, bytes: Int64,
        sentName: String? = nil, dateAdded: Timestamp, dateModified: Timestamp, state: State, version: Int64
    ) {
        (self.id, self.content, self.owner, self.ownerHandle) = (id, content, owner, ownerHandle)
        (self.details, self.bytes, self.sentName) = (details, bytes, sentName)
        (self.dateAdded, self.dateModified) = (dateAdded, dateModified)
        (self.state, self.version) = (state, version)
    }
}

extension ImageRecord {
    /// When the picture was taken: as somebody has set it, or as the file states it.
    public var taken: TakenDate? { details.taken ?? content.metadata.taken }

    /// Where the picture was taken: as somebody has set it, or as the file states it.
    public var place: GeographicPoint? { details.place ?? content.metadata.place }

    /// Who made the picture: as somebody has set it, or as the file states it.
    public var creator: String? { details.creator ?? content.metadata.creator }

    /// Who has which rights to the picture: as somebody has set it, or as the file states it.
    public var rights: String? { details.rights ?? content.metadata.rights }

    /// 0 to 5 stars: as somebody has set them, or as the file states them.
    public var rating: Int? { details.rating ?? content.metadata.rating }

    /// Pixels, as the image is shown.
    public var size: (width: Int, height: Int) { content.turned(by: details.rotation).uprightSize }

    /// The name of the file: as somebody has set it, or as it was sent.
    public var fileName: String? { details.fileName ?? sentName }
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
    /// Who made the picture, at most 500 characters, and who has which rights to it, at most 2,000, in place of what the
    /// file states; nil if nobody has set it, and empty if what the file states does not count.
    public var creator: String?, rights: String?
    /// 0 to 5 stars, in place of what the file states; nil if nobody has set them.
    public var rating: Int?
    /// The name of the file, in place of the one with which it was sent; nil if nobody has set it.
    public var fileName: String?
    /// Whether others get the original, or the place, of a public image; nil if the server's default counts.
    public var publicOriginal: Bool?, publicPlace: Bool?
    /// How the picture is turned and mirrored, beyond what its file says.
    public var rotation: Orientation
    /// The id that an application has for the image, unique in its account; nil for none.
    public var externalID: String?

    public init(
        title: String = "", description: String = "", tags: [String] = [], attributes: [String: JSONValue] = [:],
        visibility: Visibility = .private, taken: TakenDate? = nil, place: GeographicPoint? = nil,
        creator: String? = nil, rights: String? = nil, rating: Int? = nil, fileName: String? = nil,
        publicOriginal: Bool? = nil, publicPlace: Bool? = nil, rotation: Orientation = .upright,
        externalID: String? = nil
    ) {
        (self.title, self.description, self.tags) = (title, description, tags)
        (self.attributes, self.visibility) = (attributes, visibility)
        (self.taken, self.place) = (taken, place)
        (self.creator, self.rights, self.rating, self.fileName) = (creator, rights, rating, fileName)
        (self.publicOriginal, self.publicPlace, self.rotation) = (publicOriginal, publicPlace, rotation)
        self.externalID = externalID
    }
}

/// Changes of the details; nil leaves a detail unchanged.
public struct ImageChanges: Hashable, Sendable {
    public var title: String?, description: String?
    /// Whether the title is to follow from the name of the file again.
    public var isTitleReset = false
    public var tags: [String]?
    public var attributes: [String: JSONValue]?
    /// A merge patch of the attributes (RFC 7396), if they are not replaced.
    public var attributesPatch: [String: JSONValue]?
    public var visibility: Visibility?
    /// The inner value is nil if the date of the file is to count again.
    public var taken: TakenDate??
    /// The inner value is nil if the place of the file is to count again.
    public var place: GeographicPoint??
    /// Their inner values are nil if what the file states is to count again, or the name with which it was sent.
    public var creator: String??, rights: String??, rating: Int??, fileName: String??
    /// Their inner values are nil if the server's default is to count again.
    public var publicOriginal: Bool??, publicPlace: Bool??
    public var rotation: Orientation?
    /// The inner value is nil if the image is to have no external id.
    public var externalID: String??

    public init() {}

    /// The changes with the patch of the attributes merged into those of an image, and with the title that follows from
    /// its file name if that is to be reset.
    ///
    /// - Parameter sentName: the name with which the file was sent.
    public func merged(with details: ImageDetails, sentName: String? = nil) -> ImageChanges {
        var changes = self
        if let patch = attributesPatch {
            (changes.attributes, changes.attributesPatch) = (patch.merged(into: details.attributes), nil)
        }
        if isTitleReset {
            let name = (fileName ?? details.fileName) ?? sentName
            (changes.title, changes.isTitleReset) = (name.map { FileName($0).title } ?? "", false)
        }
        return changes
    }

    /// Whether what is to be written depends on what is there.
    public var dependsOnRecord: Bool { attributesPatch != nil || isTitleReset }

    /// The details with these changes applied.
    public func applied(to details: ImageDetails) -> ImageDetails {
        ImageDetails(
            title: title ?? details.title, description: description ?? details.description, tags: tags ?? details.tags,
            attributes: attributes ?? details.attributes, visibility: visibility ?? details.visibility,
            taken: taken ?? details.taken, place: place ?? details.place, creator: creator ?? details.creator,
            rights: rights ?? details.rights, rating: rating ?? details.rating, fileName: fileName ?? details.fileName,
            publicOriginal: publicOriginal ?? details.publicOriginal, publicPlace: publicPlace ?? details.publicPlace,
            rotation: rotation ?? details.rotation, externalID: externalID ?? details.externalID)
    }
}

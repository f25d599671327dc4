/// What a bulk change does to each of its images, or to one of them.
public struct ImageEdit: Hashable, Sendable {
    /// Where an image goes.
    public enum Move: String, Hashable, Sendable, Codable {
        /// Into the trash.
        case toTrash = "to-trash"
        /// Out of the trash, to where it was.
        case fromTrash = "from-trash"
        /// Away for good; its files are removed afterwards.
        case deleted
    }

    /// The details that are replaced.
    public var changes = ImageChanges()
    /// Details that the image must still have; nil if it is changed whatever it has.
    public var expected: ImageChanges?
    /// Tags that the image has afterwards, if it has not yet, behind the others.
    public var addedTags: [String]
    /// Tags that the image does not have afterwards.
    public var removedTags: [String]
    /// Tags that come first afterwards, in this order, if the image has them.
    public var tagOrder: [String]
    /// Nil if the image stays where it is.
    public var move: Move?
    /// Albums to whose end the image is added, unless it is there.
    public var addedAlbums: [AlbumID]
    /// Albums that do not have the image afterwards.
    public var removedAlbums: [AlbumID]
    /// Whether a private image is shown to those who see the albums that it is added to; nil if nobody has said so.
    public var sharesPrivate: Bool?
    /// What albums have had of the image, and have again afterwards.
    public var formerPlaces: [FormerAlbumPlace]

    public init(
        changes: ImageChanges = ImageChanges(), expected: ImageChanges? = nil, addedTags: [String] = [],
        removedTags: [String] = [], tagOrder: [String] = [], move: Move? = nil, addedAlbums: [AlbumID] = [],
        removedAlbums: [AlbumID] = [],
        sharesPrivate: Bool? = nil, formerPlaces: [FormerAlbumPlace] = []
    ) {
        (self.changes, self.expected) = (changes, expected)
        (self.addedTags, self.removedTags, self.tagOrder, self.move) = (addedTags, removedTags, tagOrder, move)
        (self.addedAlbums, self.removedAlbums) = (addedAlbums, removedAlbums)
        (self.sharesPrivate, self.formerPlaces) = (sharesPrivate, formerPlaces)
    }

    /// Whether it changes nothing.
    public var isEmpty: Bool { !changesImage && !changesAlbums }

    /// Whether it changes the image itself, which only those may who are in charge of it.
    public var changesImage: Bool {
        changes != ImageChanges() || !addedTags.isEmpty || !removedTags.isEmpty || !tagOrder.isEmpty || move != nil
    }

    /// Whether it changes what albums have.
    public var changesAlbums: Bool { !addedAlbums.isEmpty || !removedAlbums.isEmpty || !formerPlaces.isEmpty }

    /// Whether an image still has what is expected.
    public func holds(for details: ImageDetails) -> Bool {
        expected.map { $0.applied(to: details) == details } ?? true
    }

    /// The details of an image afterwards, which may exceed bounds.
    public func applied(to record: ImageRecord) -> ImageDetails {
        let merged = changes.merged(with: record.details, sentName: record.sentName)
        var details = merged.applied(to: record.details)
        details.tags.removeAll(where: removedTags.contains)
        for tag in addedTags where !details.tags.contains(tag) { details.tags.append(tag) }
        details.tags = tagOrder.filter(details.tags.contains) + details.tags.filter { !tagOrder.contains($0) }
        return details
    }

    /// The edit that takes the difference between two states of an image back, as long as nobody has changed the same
    /// details since.
    public static func restoring(_ former: ImageDetails, from details: ImageDetails) -> ImageEdit {
        let added = former.tags.filter { !details.tags.contains($0) }
        let kept = details.tags.filter(former.tags.contains)
        return ImageEdit(
            changes: former.differences(from: details).withoutTags,
            expected: details.differences(from: former).withoutTags, addedTags: added,
            removedTags: details.tags.filter { !former.tags.contains($0) },
            tagOrder: kept + added == former.tags ? [] : former.tags)
    }
}

extension ImageDetails {
    /// The changes that make these details out of others.
    public func differences(from others: ImageDetails) -> ImageChanges {
        var changes = ImageChanges()
        if title != others.title { changes.title = title }
        if description != others.description { changes.description = description }
        if tags != others.tags { changes.tags = tags }
        if attributes != others.attributes { changes.attributes = attributes }
        if visibility != others.visibility { changes.visibility = visibility }
        if taken != others.taken { changes.taken = .some(taken) }
        if place != others.place { changes.place = .some(place) }
        if creator != others.creator { changes.creator = .some(creator) }
        if rights != others.rights { changes.rights = .some(rights) }
        if rating != others.rating { changes.rating = .some(rating) }
        if fileName != others.fileName { changes.fileName = .some(fileName) }
        if publicOriginal != others.publicOriginal { changes.publicOriginal = .some(publicOriginal) }
        if publicPlace != others.publicPlace { changes.publicPlace = .some(publicPlace) }
        if rotation != others.rotation { changes.rotation = rotation }
        if externalID != others.externalID { changes.externalID = .some(externalID) }
        return changes
    }
}

extension ImageChanges {
    fileprivate var withoutTags: ImageChanges {
        var changes = self
        changes.tags = nil
        return changes
    }
}

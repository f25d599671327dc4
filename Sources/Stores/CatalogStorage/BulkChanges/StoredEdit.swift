internal import Domain

/// An edit as JSON.
struct StoredEdit: Codable {
    private var changes: StoredChanges?
    private var expected: StoredChanges?
    private var addedTags: [String]?
    private var removedTags: [String]?
    private var tagOrder: [String]?
    private var move: ImageEdit.Move?
    private var addedAlbums: [AlbumID]?
    private var removedAlbums: [AlbumID]?
    private var sharesPrivate: Bool?
    private var formerPlaces: [StoredFormerPlace]?

    init(_ edit: ImageEdit) throws {
        changes = edit.changes == ImageChanges() ? nil : try StoredChanges(edit.changes)
        expected = try edit.expected.map(StoredChanges.init)
        addedTags = edit.addedTags.isEmpty ? nil : edit.addedTags
        removedTags = edit.removedTags.isEmpty ? nil : edit.removedTags
        tagOrder = edit.tagOrder.isEmpty ? nil : edit.tagOrder
        move = edit.move
        addedAlbums = edit.addedAlbums.isEmpty ? nil : edit.addedAlbums
        removedAlbums = edit.removedAlbums.isEmpty ? nil : edit.removedAlbums
        sharesPrivate = edit.sharesPrivate
        formerPlaces = edit.formerPlaces.isEmpty ? nil : edit.formerPlaces.map(StoredFormerPlace.init)
    }

    var edit: ImageEdit {
        get throws {
            ImageEdit(
                changes: try changes?.changes ?? ImageChanges(), expected: try expected?.changes,
                addedTags: addedTags ?? [], removedTags: removedTags ?? [], tagOrder: tagOrder ?? [], move: move,
                addedAlbums: addedAlbums ?? [],
                removedAlbums: removedAlbums ?? [], sharesPrivate: sharesPrivate,
                formerPlaces: formerPlaces?.map(\.former) ?? [])
        }
    }
}

/// Changes of details as JSON.
private struct StoredChanges: Codable {
    /// A detail that is set, or that is reset if it has no value.
    struct Setting<Value: Codable>: Codable {
        let value: Value?

        init?(_ change: Value??) {
            guard let change else { return nil }
            value = change
        }
    }

    private var title: String?, description: String?
    private var isTitleReset: Bool?
    private var tags: [String]?
    private var attributes: [String: JSONValue]?, attributesPatch: [String: JSONValue]?
    private var visibility: Visibility?
    private var taken: Setting<String>?
    private var place: Setting<GeographicPoint>?
    private var creator: Setting<String>?, rights: Setting<String>?, fileName: Setting<String>?
    private var rating: Setting<Int>?
    private var publicOriginal: Setting<Bool>?, publicPlace: Setting<Bool>?
    /// As in Exif.
    private var rotation: Int?
    private var externalID: Setting<String>?

    init(_ changes: ImageChanges) throws {
        (title, description) = (changes.title, changes.description)
        isTitleReset = changes.isTitleReset ? true : nil
        (tags, attributes, attributesPatch) = (changes.tags, changes.attributes, changes.attributesPatch)
        visibility = changes.visibility
        taken = Setting(try changes.taken.map { try $0.map(JSONText.encode) })
        place = Setting(changes.place)
        (creator, rights) = (Setting(changes.creator), Setting(changes.rights))
        (fileName, rating) = (Setting(changes.fileName), Setting(changes.rating))
        (publicOriginal, publicPlace) = (Setting(changes.publicOriginal), Setting(changes.publicPlace))
        (rotation, externalID) = (changes.rotation?.exif, Setting(changes.externalID))
    }

    var changes: ImageChanges {
        get throws {
            var changes = ImageChanges()
            (changes.title, changes.description) = (title, description)
            changes.isTitleReset = isTitleReset ?? false
            (changes.tags, changes.attributes, changes.attributesPatch) = (tags, attributes, attributesPatch)
            changes.visibility = visibility
            changes.taken = try taken.map { try $0.value.map { try TakenDate(stored: $0) } }
            changes.place = place.map(\.value)
            (changes.creator, changes.rights) = (creator.map(\.value), rights.map(\.value))
            (changes.fileName, changes.rating) = (fileName.map(\.value), rating.map(\.value))
            (changes.publicOriginal, changes.publicPlace) = (publicOriginal.map(\.value), publicPlace.map(\.value))
            changes.rotation = rotation.flatMap(Orientation.init(exif:))
            changes.externalID = externalID.map(\.value)
            return changes
        }
    }
}

/// What an album has had of an image as JSON.
private struct StoredFormerPlace: Codable {
    private struct Place: Codable {
        private let position: String
        private let consent: Int64
        private let addedBy: AccountID
        /// Microseconds since 1970.
        private let dateAdded: Int64

        init(_ place: StoredAlbumPlace) {
            (position, consent) = (place.position.text, place.consent.rawValue)
            (addedBy, dateAdded) = (place.addedBy, place.dateAdded.microseconds)
        }

        var place: StoredAlbumPlace {
            StoredAlbumPlace(
                position: PositionKey(position), consent: AlbumAudience(rawValue: consent) ?? .nobody,
                addedBy: addedBy, dateAdded: Timestamp(microseconds: dateAdded))
        }
    }

    private let album: AlbumID
    private let place: Place?, left: Place?
    private let version: Int64

    init(_ former: FormerAlbumPlace) {
        (album, version) = (former.album, former.version)
        (place, left) = (former.place.map(Place.init), former.left.map(Place.init))
    }

    var former: FormerAlbumPlace {
        FormerAlbumPlace(album: album, place: place?.place, left: left?.place, version: version)
    }
}

internal import Domain
internal import TextCoding

/// The body that adds an album.
struct AlbumBody: JSONObjectBody {
    let details: AlbumDetails
    let parent: AlbumID?

    enum CodingKeys: String, CodingKey, CaseIterable { case title, description, visibility, order, parent }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        details = AlbumDetails(
            title: try container.decode(String.self, forKey: .title),
            description: try container.decodeIfPresent(String.self, forKey: .description) ?? "",
            visibility: try container.decodeIfPresent(Visibility.self, forKey: .visibility) ?? .private,
            order: try container.decodeIfPresent(Album.Order.self, forKey: .order) ?? .manual)
        parent = try container.decodeIfPresent(AlbumID.self, forKey: .parent)
    }
}

/// The body that names an album by its path.
struct AlbumPathBody: JSONObjectBody {
    /// Titles with slashes between them.
    let path: String

    enum CodingKeys: String, CodingKey, CaseIterable { case path }
}

/// The body of a PATCH of an album (RFC 7396): only the given members are changed.
struct AlbumChangesBody: JSONObjectBody {
    let changes: AlbumChanges
    let sharesPrivate: Bool?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case title, description, visibility, order, cover, parent
        case sharesPrivate = "share_private"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        var changes = AlbumChanges()
        changes.title = try container.replacement(.title)
        let description: String?? = try container.resettable(.description)
        changes.description = description.map { $0 ?? "" }
        changes.visibility = try container.replacement(.visibility)
        changes.order = try container.replacement(.order)
        changes.cover = try container.resettable(.cover)
        changes.parent = try container.resettable(.parent)
        self.changes = changes
        sharesPrivate = try container.replacement(.sharesPrivate)
    }
}

/// The body that adds images to an album.
struct AlbumImagesBody: JSONObjectBody {
    let images: NamedImages
    let sharesPrivate: Bool?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case ids, selection
        case sharesPrivate = "share_private"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        images = try NamedImages(
            ids: try container.decodeIfPresent([ImageID].self, forKey: .ids),
            selection: try container.decodeIfPresent(SelectionID.self, forKey: .selection))
        sharesPrivate = try container.decodeIfPresent(Bool.self, forKey: .sharesPrivate)
    }
}

/// The body that moves an image.
struct AlbumMoveBody: JSONObjectBody {
    let place: AlbumPlace

    enum CodingKeys: String, CodingKey, CaseIterable { case before, after }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let before = try container.decodeIfPresent(ImageID.self, forKey: .before)
        let after = try container.decodeIfPresent(ImageID.self, forKey: .after)
        switch (before, after) {
        case (let id?, nil): place = .before(id)
        case (nil, let id?): place = .after(id)
        default: throw Problem.badRequest("Say either 'before' or 'after' which image of the album it is put.")
        }
    }
}

/// The body that makes an account a member.
struct AlbumMemberBody: JSONObjectBody {
    let role: AlbumRole
    let sharesPrivate: Bool?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case role
        case sharesPrivate = "share_private"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let word = try container.decode(String.self, forKey: .role)
        guard let role = AlbumRole(rawValue: word), AlbumRole.ofMembers.contains(role) else {
            let list = AlbumRole.ofMembers.map(\.rawValue).joined(separator: ", ")
            throw DecodingError.refused(container.codingPath + [CodingKeys.role], "one of \(list) expected")
        }
        self.role = role
        sharesPrivate = try container.decodeIfPresent(Bool.self, forKey: .sharesPrivate)
    }
}

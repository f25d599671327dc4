internal import Domain
internal import HTTPTypes
internal import Services
internal import TextCoding

/// An album as JSON.
struct AlbumView: Encodable {
    private let summary: AlbumSummary
    /// The files of the cover that the viewer gets.
    private let coverFiles: ImageView.FileLinks?
    private let links: Links

    /// - Parameter disclosure: what the viewer gets of the cover.
    init(_ summary: AlbumSummary, cover disclosure: (ImageRecord) -> Disclosure, _ links: Links) {
        (self.summary, self.links) = (summary, links)
        coverFiles = summary.cover.map { ImageView.FileLinks($0, disclosure($0), links) }
    }

    /// The entity tag of what the album says.
    static func tag(of album: Album) -> EntityTag { EntityTag("album-\(album.version)") }

    private struct Cover: Encodable {
        let id: ImageID, links: ImageView.FileLinks
    }

    private struct AlbumLinks: Encodable {
        let `self`: String, images: String, members: String
    }

    enum CodingKeys: String, CodingKey {
        case id, title, description, visibility, order, parent, owner, role, count, cover, version, links
        case firstDate = "first_date"
        case lastDate = "last_date"
        case dateCreated = "date_created"
        case dateModified = "date_modified"
    }

    func encode(to encoder: any Encoder) throws {
        let (album, details) = (summary.album, summary.album.details)
        let path = links.album(album.id)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(album.id, forKey: .id)
        try container.encode(details.title, forKey: .title)
        try container.encode(details.description, forKey: .description)
        try container.encode(details.visibility, forKey: .visibility)
        try container.encode(details.order, forKey: .order)
        try container.encode(album.parent, forKey: .parent)
        try container.encode(album.ownerHandle, forKey: .owner)
        try container.encode(summary.role, forKey: .role)
        try container.encode(summary.count, forKey: .count)
        try container.encode(summary.first?.description, forKey: .firstDate)
        try container.encode(summary.last?.description, forKey: .lastDate)
        let cover = summary.cover.flatMap { record in coverFiles.map { Cover(id: record.id, links: $0) } }
        try container.encode(cover, forKey: .cover)
        try container.encode(album.version, forKey: .version)
        try container.encode(album.dateCreated, forKey: .dateCreated)
        try container.encode(album.dateModified, forKey: .dateModified)
        try container.encode(
            AlbumLinks(self: path, images: path + "/images", members: path + "/members"), forKey: .links)
    }
}

/// What became of the images of a request, as JSON.
struct AlbumChangeView: Encodable {
    let change: AlbumChange
    /// What was done to those of `done`.
    let deed: String

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: AnyCodingKey.self)
        try container.encode(change.done, forKey: AnyCodingKey(deed))
        if deed == "added" { try container.encode(change.unchanged, forKey: AnyCodingKey("present")) }
        try container.encode(change.unknown, forKey: AnyCodingKey("not_found"))
        try container.encode(change.refused, forKey: AnyCodingKey("forbidden"))
    }
}

/// A member of an album as JSON.
struct AlbumMemberView: Encodable {
    let member: AlbumMember

    enum CodingKeys: String, CodingKey {
        case handle, role
        case dateAdded = "date_added"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(member.handle.description, forKey: .handle)
        try container.encode(member.role, forKey: .role)
        try container.encode(member.dateAdded, forKey: .dateAdded)
    }
}

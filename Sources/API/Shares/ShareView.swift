internal import Domain
internal import HTTPTypes
internal import Services

/// A share as JSON, for whoever made it and for admins.
struct ShareView: Encodable {
    private let known: Shares.Known
    private let links: Links

    init(_ known: Shares.Known, _ links: Links) { (self.known, self.links) = (known, links) }

    /// The entity tag of what the share says; uses do not count.
    static func tag(of share: Share) -> EntityTag { EntityTag("share-\(share.dateModified.microseconds)") }

    enum CodingKeys: String, CodingKey {
        case id, title, kind, album, query, owner, originals, uploads, uses, token, url
        case includeChildren = "include_children"
        case expiresAt = "expires_at"
        case hasPassword = "has_password"
        case hidePlace = "hide_place"
        case hideCamera = "hide_camera"
        case lastUsed = "last_used"
        case dateCreated = "date_created"
        case dateModified = "date_modified"
    }

    private struct UploadsView: Encodable {
        let album: AlbumID
        let bytes: Int64, count: Int64, usedBytes: Int64, usedCount: Int64

        enum CodingKeys: String, CodingKey {
            case album, bytes, count
            case usedBytes = "used_bytes"
            case usedCount = "used_count"
        }
    }

    func encode(to encoder: any Encoder) throws {
        let (share, terms) = (known.share, known.share.terms)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(share.id, forKey: .id)
        try container.encode(terms.title, forKey: .title)
        try container.encode(share.subject.kind, forKey: .kind)
        switch share.subject {
        case .images: break
        case .album(let id, let includesChildren):
            try container.encode(id, forKey: .album)
            try container.encode(includesChildren, forKey: .includeChildren)
        case .search(let query): try container.encode(query, forKey: .query)
        }
        try container.encode(share.ownerHandle, forKey: .owner)
        try container.encode(terms.expires, forKey: .expiresAt)
        try container.encode(share.passwordHash != nil, forKey: .hasPassword)
        try container.encode(terms.givesOriginals, forKey: .originals)
        try container.encode(terms.hidesPlace, forKey: .hidePlace)
        try container.encode(terms.hidesCamera, forKey: .hideCamera)
        let uploads = terms.uploads.map {
            UploadsView(
                album: $0.album, bytes: $0.bytes, count: $0.count, usedBytes: share.uploadedBytes,
                usedCount: share.uploadedCount)
        }
        try container.encode(uploads, forKey: .uploads)
        try container.encode(share.uses, forKey: .uses)
        try container.encode(share.lastUsed, forKey: .lastUsed)
        try container.encode(share.dateCreated, forKey: .dateCreated)
        try container.encode(share.dateModified, forKey: .dateModified)
        try container.encode(known.token, forKey: .token)
        try container.encode(known.token.map(links.share), forKey: .url)
    }
}

/// How much visitors may still send, as JSON.
struct ShareRoomView: Encodable {
    private let bytesLeft: Int64, countLeft: Int64

    init(_ room: (bytes: Int64, count: Int64)) { (bytesLeft, countLeft) = (room.bytes, room.count) }

    enum CodingKeys: String, CodingKey {
        case bytesLeft = "bytes_left"
        case countLeft = "count_left"
    }
}

/// A share as JSON, for its visitors.
struct ShareVisitView: Encodable {
    private let visit: ShareVisit
    private let count: Int64
    private let path: String

    /// - Parameter path: of the share.
    init(_ visit: ShareVisit, count: Int64, path: String) {
        (self.visit, self.count, self.path) = (visit, count, path)
    }

    private struct Allowed: Encodable {
        let originals: Bool, place: Bool, camera: Bool, uploads: Bool
    }

    private struct ShareLinks: Encodable {
        let `self`: String, images: String, archives: String
    }

    enum CodingKeys: String, CodingKey {
        case title, kind, count, allows, uploads, links
        case expiresAt = "expires_at"
        case needsPassword = "needs_password"
    }

    func encode(to encoder: any Encoder) throws {
        let (share, disclosure) = (visit.share, visit.disclosure)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(share.terms.title, forKey: .title)
        try container.encode(share.subject.kind, forKey: .kind)
        try container.encode(count, forKey: .count)
        try container.encode(share.terms.expires, forKey: .expiresAt)
        try container.encode(share.passwordHash != nil, forKey: .needsPassword)
        try container.encode(
            Allowed(
                originals: disclosure.original, place: disclosure.place, camera: disclosure.camera,
                uploads: share.terms.uploads != nil),
            forKey: .allows)
        try container.encode(share.room.map(ShareRoomView.init), forKey: .uploads)
        try container.encode(
            ShareLinks(self: path, images: path + "/images", archives: path + "/archives"), forKey: .links)
    }
}

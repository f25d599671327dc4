internal import Domain
internal import SearchLanguage
internal import Services
internal import TextCoding

/// What a body says is shared.
struct SharedContent {
    private enum Content {
        case known(ShareSelection)
        case selection(SelectionID)
    }

    private let content: Content

    /// Nil if it says nothing of that.
    ///
    /// - Throws: a problem if it says several things, or a query cannot be read.
    init?(_ container: KeyedDecodingContainer<ShareBody.CodingKeys>) throws {
        let includes = try container.decodeIfPresent(Bool.self, forKey: .includeChildren)
        let ids = try container.decodeIfPresent([ImageID].self, forKey: .images)
        let selection = try container.decodeIfPresent(SelectionID.self, forKey: .selection)
        let album = try container.decodeIfPresent(AlbumID.self, forKey: .album)
        let text = try container.decodeIfPresent(String.self, forKey: .query)
        switch (ids, selection, album, text) {
        case (nil, nil, nil, nil) where includes == nil: return nil
        case (let ids?, nil, nil, nil) where includes == nil: content = .known(.images(ids))
        case (nil, let id?, nil, nil) where includes == nil: content = .selection(id)
        case (nil, nil, let id?, nil): content = .known(.album(id, includesChildren: includes ?? false))
        case (nil, nil, nil, let text?) where includes == nil:
            do {
                _ = try SearchMeaning.terms(of: text)
            } catch {
                throw Problem(error, inParameter: "q").ofMember
            }
            content = .known(.search(text))
        default: throw Self.unclear
        }
    }

    /// The same with the images that a selection has now.
    func resolved(by shares: Shares, for viewer: Viewer) async throws -> ShareSelection {
        switch content {
        case .known(let selection): selection
        case .selection(let id): try await shares.images(of: id, for: viewer)
        }
    }

    static let unclear = Problem.badRequest(
        "Say what is shared: either 'images', or a 'selection', or an 'album' (with 'include_children' if you want), or a 'query'."
    )
}

/// The body that makes a share.
struct ShareBody: JSONObjectBody {
    let content: SharedContent
    let terms: ShareTerms
    let password: String?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case images, selection, album, query, title, password, originals, uploads
        case includeChildren = "include_children"
        case expiresAt = "expires_at"
        case hidePlace = "hide_place"
        case hideCamera = "hide_camera"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let content = try SharedContent(container) else { throw SharedContent.unclear }
        self.content = content
        var changes = ShareChanges()
        changes.title = try container.decodeIfPresent(String.self, forKey: .title)
        changes.expires = .some(try container.decodeIfPresent(Timestamp.self, forKey: .expiresAt))
        changes.givesOriginals = try container.decodeIfPresent(Bool.self, forKey: .originals)
        changes.hidesPlace = try container.decodeIfPresent(Bool.self, forKey: .hidePlace)
        changes.hidesCamera = try container.decodeIfPresent(Bool.self, forKey: .hideCamera)
        changes.uploads = .some(try container.decodeIfPresent(ShareUploadsBody.self, forKey: .uploads)?.uploads)
        terms = changes.applied(to: ShareTerms())
        password = try container.decodeIfPresent(String.self, forKey: .password)
    }
}

/// The body of a PATCH of a share (RFC 7396): only the given members are changed.
struct ShareChangesBody: JSONObjectBody {
    let changes: ShareChanges
    /// Nil if it shares what it has shared before.
    let content: SharedContent?

    typealias CodingKeys = ShareBody.CodingKeys

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        var changes = ShareChanges()
        content = try SharedContent(container)
        let title: String?? = try container.resettable(.title)
        changes.title = title.map { $0 ?? "" }
        changes.expires = try container.resettable(.expiresAt)
        changes.password = try container.resettable(.password)
        changes.givesOriginals = try container.replacement(.originals)
        changes.hidesPlace = try container.replacement(.hidePlace)
        changes.hidesCamera = try container.replacement(.hideCamera)
        let uploads: ShareUploadsBody?? = try container.resettable(.uploads)
        changes.uploads = uploads.map { $0?.uploads }
        self.changes = changes
    }
}

/// The member of a body that says whether visitors may send images.
private struct ShareUploadsBody: Decodable {
    let uploads: ShareUploads

    private enum CodingKeys: String, CodingKey, CaseIterable { case album, bytes, count }

    init(from decoder: any Decoder) throws {
        for key in try decoder.container(keyedBy: AnyCodingKey.self).allKeys
        where CodingKeys(stringValue: key.stringValue) == nil {
            throw DecodingError.unknownMember(decoder.codingPath + [key], "there are album, bytes, count")
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        uploads = ShareUploads(
            album: try container.decode(AlbumID.self, forKey: .album),
            bytes: try container.decode(Int64.self, forKey: .bytes),
            count: try container.decode(Int64.self, forKey: .count))
    }
}

/// The body with the password of a share.
struct ShareAccessBody: JSONObjectBody {
    let password: String

    enum CodingKeys: String, CodingKey, CaseIterable { case password }
}

/// The body that makes an archive of a share.
struct ShareArchiveBody: JSONObjectBody {
    let ids: [ImageID]?
    let rendition: FileType?
    let skipsMissing: Bool?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case ids, rendition
        case skipsMissing = "skip_missing"
    }
}

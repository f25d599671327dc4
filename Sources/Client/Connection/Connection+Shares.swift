public import Domain
internal import HTTPClient
internal import HTTPTypes

/// The part of a share that the client needs.
public struct RemoteShare: Sendable, Decodable {
    public let id: ShareID
    public let title: String
    /// `images`, `album` or `search`.
    public let kind: String
    /// When it ends; nil for never.
    public let expiresAt: String?
    public let hasPassword: Bool
    /// How often it was opened.
    public let uses: Int
    /// The path for visitors; nil if the account has not made the share.
    public let path: String?
    private let json: JSONValue

    /// The whole share, as JSON on one line.
    public var jsonText: String {
        get throws { String(decoding: try JSONMessage.encode(json), as: UTF8.self) }
    }

    private enum CodingKeys: String, CodingKey {
        case id, title, kind, uses
        case expiresAt = "expires_at"
        case hasPassword = "has_password"
        case path = "url"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(ShareID.self, forKey: .id)
        title = try container.decode(String.self, forKey: .title)
        kind = try container.decode(String.self, forKey: .kind)
        expiresAt = try container.decodeIfPresent(String.self, forKey: .expiresAt)
        hasPassword = try container.decode(Bool.self, forKey: .hasPassword)
        uses = try container.decode(Int.self, forKey: .uses)
        path = try container.decodeIfPresent(String.self, forKey: .path)
        json = try JSONValue(from: decoder)
    }
}

/// A page of a list of shares.
public struct RemoteSharePage: Sendable, Decodable {
    public let shares: [RemoteShare]
    /// The cursor of the next page; nil on the last.
    public let next: String?
}

/// A share to make: of images, or of an album, or of what a search finds.
public struct ShareToMake: Sendable, Encodable {
    public var images: [ImageID]?
    public var album: AlbumID?
    /// With `album`: whether the albums in it are shown, too.
    public var includesChildren: Bool?
    /// In the search language.
    public var query: String?
    public var title: String?
    public var expires: String?
    public var password: String?
    public var givesOriginals = false
    /// Nil for what the server does by default.
    public var hidesPlace: Bool?
    public var hidesCamera: Bool?
    public var uploads: Uploads?

    /// What visitors may send.
    public struct Uploads: Sendable, Encodable {
        let album: AlbumID, bytes: Int64, count: Int

        /// - Parameters:
        ///   - album: gets the images.
        ///   - bytes: altogether.
        ///   - count: of images altogether.
        public init(album: AlbumID, bytes: Int64, count: Int) {
            (self.album, self.bytes, self.count) = (album, bytes, count)
        }
    }

    public init() {}

    private enum CodingKeys: String, CodingKey {
        case images, album, query, title, password, uploads
        case includesChildren = "include_children"
        case expires = "expires_at"
        case givesOriginals = "originals"
        case hidesPlace = "hide_place"
        case hidesCamera = "hide_camera"
    }
}

extension Connection {
    /// A page of the shares of the account, the newest first.
    public func shares(limit: Int, after cursor: String?) async throws -> RemoteSharePage {
        var parameters = [("limit", String(limit))]
        if let cursor { parameters.append(("cursor", cursor)) }
        let response = try await call(.get, "/v1/shares?" + QueryText.encode(parameters))
        return try JSONMessage.decode(RemoteSharePage.self, from: response.body)
    }

    public func make(_ share: ShareToMake) async throws -> RemoteShare {
        let response = try await send(share, .post, "/v1/shares", accepting: [201])
        return try JSONMessage.decode(RemoteShare.self, from: response.body)
    }

    /// Ends a share at once.
    public func end(_ share: ShareID) async throws {
        _ = try await call(.delete, "/v1/shares/\(share)", accepting: [204])
    }
}

public import Domain
internal import HTTPClient
internal import HTTPTypes

/// The part of an album that the client needs.
public struct RemoteAlbum: Sendable, Decodable {
    public let id: AlbumID
    public let title: String
    public let owner: String
    public let visibility: Visibility
    /// How many of its images the account sees.
    public let count: Int
    private let json: JSONValue

    /// The whole album, as JSON on one line.
    public var jsonText: String {
        get throws { String(decoding: try JSONMessage.encode(json), as: UTF8.self) }
    }

    private enum CodingKeys: String, CodingKey { case id, title, owner, visibility, count }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(AlbumID.self, forKey: .id)
        title = try container.decode(String.self, forKey: .title)
        owner = try container.decode(String.self, forKey: .owner)
        visibility = try container.decode(Visibility.self, forKey: .visibility)
        count = try container.decode(Int.self, forKey: .count)
        json = try JSONValue(from: decoder)
    }
}

/// A page of a list of albums.
public struct RemoteAlbumPage: Sendable, Decodable {
    public let albums: [RemoteAlbum]
    /// The cursor of the next page; nil on the last.
    public let next: String?
}

/// An album to make.
public struct AlbumToMake: Sendable, Encodable {
    public let title: String
    public let visibility: Visibility
    /// The album in which it is; nil for none.
    public let parent: AlbumID?

    public init(title: String, visibility: Visibility, parent: AlbumID?) {
        (self.title, self.visibility, self.parent) = (title, visibility, parent)
    }
}

/// What became of images that were to be added to an album.
public struct AlbumAdditionReceipt: Sendable, Decodable {
    public let added: [ImageID]
    /// Those that were in it already.
    public let present: [ImageID]
    /// Those that the account may not see.
    public let unknown: [ImageID]
    /// Those of others that the account may not add.
    public let forbidden: [ImageID]

    private enum CodingKeys: String, CodingKey {
        case added, present, forbidden
        case unknown = "not_found"
    }
}

extension Connection {
    /// The maximum number of images in a request that adds them to an album, or removes them.
    public static var maximumAlbumImages: Int { 1000 }

    /// A page of the albums of the account, and of those that it is a member of, by title.
    public func albums(limit: Int, after cursor: String?) async throws -> RemoteAlbumPage {
        var parameters = [("limit", String(limit))]
        if let cursor { parameters.append(("cursor", cursor)) }
        let response = try await call(.get, "/v1/albums?" + QueryText.encode(parameters))
        return try JSONMessage.decode(RemoteAlbumPage.self, from: response.body)
    }

    public func album(_ id: AlbumID) async throws -> RemoteAlbum {
        try JSONMessage.decode(RemoteAlbum.self, from: try await call(.get, "/v1/albums/\(id)").body)
    }

    public func make(_ album: AlbumToMake) async throws -> RemoteAlbum {
        let response = try await send(album, .post, "/v1/albums", accepting: [201])
        return try JSONMessage.decode(RemoteAlbum.self, from: response.body)
    }

    /// The album at the end of a path of titles with slashes between them. Those that there are not are made.
    func album(at path: String) async throws -> RemoteAlbum {
        let response = try await send(["path": path], .post, "/v1/albums/by-path")
        return try JSONMessage.decode(RemoteAlbum.self, from: response.body)
    }

    /// Adds images at the end of an album.
    ///
    /// - Parameters:
    ///   - ids: at most 1000.
    ///   - sharesPrivate: whether private images of the account are shown to those who see the album; nil if it has not
    ///     said so: the server refuses what would show some.
    public func add(
        _ ids: [ImageID], to album: AlbumID, sharesPrivate: Bool?
    ) async throws -> AlbumAdditionReceipt {
        struct Body: Encodable {
            let ids: [ImageID], share_private: Bool?
        }
        let response = try await send(
            Body(ids: ids, share_private: sharesPrivate), .post, "/v1/albums/\(album)/images")
        return try JSONMessage.decode(AlbumAdditionReceipt.self, from: response.body)
    }

    /// Removes images from an album.
    ///
    /// - Parameter ids: at most 1000.
    /// - Returns: those that were removed.
    public func remove(_ ids: [ImageID], from album: AlbumID) async throws -> [ImageID] {
        struct Answer: Decodable {
            let removed: [ImageID]
        }
        let response = try await send(["ids": ids], .delete, "/v1/albums/\(album)/images")
        return try JSONMessage.decode(Answer.self, from: response.body).removed
    }

    /// Deletes an album; no image with it.
    public func delete(_ album: AlbumID) async throws {
        _ = try await call(.delete, "/v1/albums/\(album)", accepting: [204])
    }

    /// Sends a body of JSON.
    func send(
        _ body: some Encodable, _ method: HTTPMethod, _ path: String, accepting accepted: Set<Int> = [200]
    ) async throws -> HTTPClientResponse {
        try await call(
            method, path, fields: { ["Content-Type": "application/json"] }, body: .bytes(try JSONMessage.encode(body)),
            accepting: accepted)
    }
}

public import Domain
internal import HTTPClient
internal import HTTPTypes

/// What became of the images of a request to restore them.
public struct RestoreReceipt: Sendable, Decodable {
    public let restored: [ImageID]
    /// Those whose owner has another image of the same content by now, with that image.
    public let duplicates: [String: ImageID]
    /// Those that are not in the trash, as far as the account may know.
    public let unknown: [ImageID]

    private enum CodingKeys: String, CodingKey {
        case restored, duplicates
        case unknown = "not_found"
    }
}

extension Connection {
    /// The maximum number of images in a request to restore them.
    public static var maximumRestored: Int { 1000 }

    /// A page of the account's trash, the last image first.
    ///
    /// - Parameter limit: 1 to 1000.
    public func trash(limit: Int, after cursor: String?) async throws -> RemotePage {
        var parameters = [("limit", String(limit))]
        if let cursor { parameters.append(("cursor", cursor)) }
        let response = try await call(.get, "/v1/trash?" + QueryText.encode(parameters))
        return try JSONMessage.decode(RemotePage.self, from: response.body)
    }

    /// Restores images.
    ///
    /// - Parameter ids: at most 1000.
    public func restore(_ ids: [ImageID]) async throws -> RestoreReceipt {
        let response = try await send(["ids": ids], .post, "/v1/trash/restore")
        return try JSONMessage.decode(RestoreReceipt.self, from: response.body)
    }

    /// Deletes everything in the account's trash for good.
    ///
    /// - Returns: how many images that were.
    public func emptyTrash() async throws -> Int {
        struct Answer: Decodable {
            let deleted: Int
        }
        return try JSONMessage.decode(Answer.self, from: try await call(.delete, "/v1/trash").body).deleted
    }
}

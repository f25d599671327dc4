public import Domain
internal import HTTPClient
internal import HTTPTypes
internal import SystemIO

extension Connection {
    /// The maximum number of digests in a request.
    static var maximumDigests: Int { 1000 }

    /// The digests, among the given ones, of which the account has images.
    ///
    /// - Parameter digests: at most 1000.
    func known(_ digests: [Digest]) async throws -> [Digest: ImageID] {
        struct Answer: Decodable {
            let known: [String: ImageID]
        }
        let response = try await send(["digests": digests], .post, "/v1/images/digests")
        let answer = try JSONMessage.decode(Answer.self, from: response.body)
        var known: [Digest: ImageID] = [:]
        for (text, id) in answer.known {
            guard let digest = Digest(text) else { continue }
            known[digest] = id
        }
        return known
    }

    /// Uploads an image. The server answers when it is on stable storage, and refuses bytes of another digest.
    func upload(
        _ content: FileSlice, digest: Digest, name: String, details: UploadDetails,
        onProgress: @escaping @Sendable (_ sent: Int64, _ received: Int64) -> Void
    ) async throws -> UploadReceipt {
        var query = [("name", name)]
        if let title = details.title { query.append(("title", title)) }
        if let description = details.description { query.append(("description", description)) }
        if let visibility = details.visibility { query.append(("visibility", visibility.rawValue)) }
        if let path = details.albumPath { query.append(("album_path", path)) }
        for tag in details.tags { query.append(("tags", tag)) }
        let response = try await call(
            .post, "/v1/upload/?" + QueryText.encode(query),
            fields: {
                [
                    "Content-Type": "application/octet-stream",
                    "Repr-Digest": DigestField.format(digest.bytes),
                ]
            },
            body: .file(content), accepting: [200, 201], onProgress: onProgress)
        return try JSONMessage.decode(UploadReceipt.self, from: response.body)
    }

    /// A page of the matching images.
    public func images(matching query: ImageQuery, limit: Int, after cursor: String?) async throws -> RemotePage {
        var parameters = query.parameters + [("limit", String(limit))]
        if let cursor { parameters.append(("cursor", cursor)) }
        let response = try await call(.get, "/v1/images?" + QueryText.encode(parameters))
        return try JSONMessage.decode(RemotePage.self, from: response.body)
    }

    /// The record of an image.
    func image(_ id: ImageID) async throws -> RemoteImage {
        let response = try await call(.get, "/v1/images/\(id)")
        return try JSONMessage.decode(RemoteImage.self, from: response.body)
    }

    /// The kept files of an image.
    func files(of id: ImageID) async throws -> [RemoteFile] {
        struct Answer: Decodable {
            /// Nil if they are not told: the image is somebody else's.
            let files: [RemoteFile]?
        }
        let response = try await call(.get, "/v1/images/\(id)/metadata")
        return try JSONMessage.decode(Answer.self, from: response.body).files ?? []
    }

    /// Moves an image to the server's trash, if that has one; or deletes it for good.
    public func delete(_ id: ImageID, isPermanent: Bool) async throws {
        let query = isPermanent ? "?permanent=true" : ""
        _ = try await call(.delete, "/v1/images/\(id)\(query)", accepting: [204])
    }
}

internal import Domain
internal import HTTPClient
internal import HTTPTypes
internal import SystemIO

/// An item of a batch on the server.
struct RemoteBatchItem: Decodable {
    let state: BatchItem.State
    let error: String?
    let image: ImageID?
}

/// A batch on the server, with a page of its items.
struct RemoteBatch: Decodable {
    let id: BatchID
    let state: String
    let items: [RemoteBatchItem]
    let next: String?
}

extension Connection {
    /// Sends a batch whose body is in a file, one object a line. The server answers when all of it is on stable storage.
    ///
    /// - Parameters:
    ///   - key: stands for this body, so that an answer that was lost makes no second batch.
    ///   - details: of which the visibility and the tags apply to all images.
    func sendBatch(
        _ body: FileSlice, key: String, details: UploadDetails,
        onProgress: @escaping @Sendable (_ sent: Int64, _ received: Int64) -> Void
    ) async throws -> BatchID {
        struct Receipt: Decodable {
            let id: BatchID
        }
        var query = details.tags.map { ("tags", $0) }
        if let visibility = details.visibility { query.append(("visibility", visibility.rawValue)) }
        let response = try await call(
            .post, "/v1/batches" + (query.isEmpty ? "" : "?" + QueryText.encode(query)),
            fields: { ["Content-Type": "application/x-ndjson", "Idempotency-Key": key] },
            body: .file(body), accepting: [202], onProgress: onProgress)
        return try JSONMessage.decode(Receipt.self, from: response.body).id
    }

    /// A batch, with the items that follow a cursor.
    func batch(_ id: BatchID, after cursor: String? = nil) async throws -> RemoteBatch {
        let query = cursor.map { "?" + QueryText.encode([("cursor", $0)]) } ?? ""
        return try JSONMessage.decode(RemoteBatch.self, from: try await call(.get, "/v1/batches/\(id)\(query)").body)
    }
}

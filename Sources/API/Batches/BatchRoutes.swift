internal import Domain
internal import HTTPTypes
public import Services
internal import Streams

/// Batches from machines: sent, listed, followed, and each of their files by its path.
public struct BatchRoutes: Sendable {
    /// How many items a list shows of one batch, and of all together.
    private static let listedItems = 1000, listedItemsInAll = 5000

    private let batches: Batches
    private let caching: FileCaching
    private let isStopping: @Sendable () -> Bool

    /// - Parameter isStopping: whether the server is about to stop, so that streams end.
    public init(batches: Batches, caching: FileCaching, isStopping: @escaping @Sendable () -> Bool) {
        (self.batches, self.caching, self.isStopping) = (batches, caching, isStopping)
    }

    public var routes: [Route] {
        ["/upload_image_batch", "/v1/batches"].map { Route(.post, $0, access: .adding, upload) }
            + ["/image_batches", "/v1/batches"].map { Route(.get, $0, list) }
            + [
                Route(.get, "/v1/batches/{id}", access: .following, batch),
                Route(.get, "/v1/batches/{id}/events", access: .following, events),
                Route(.get, "/uploads/{name}", file),
            ]
    }

    private func upload(_ call: Call) async throws -> HTTPResponse {
        try await BatchUpload(batches: batches, call: call).answer()
    }

    private struct List: Encodable {
        let batches: [BatchView]
        let page: Int?
        let perPage: Int
        let total: Int64?
        let next: String?

        enum CodingKeys: String, CodingKey {
            case batches, page, total, next
            case perPage = "per_page"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(batches, forKey: .batches)
            try container.encodeIfPresent(page, forKey: .page)
            try container.encode(perPage, forKey: .perPage)
            try container.encodeIfPresent(total, forKey: .total)
            try container.encode(next, forKey: .next)
        }
    }

    /// By numbered pages, or by cursor.
    private func list(_ call: Call) async throws -> HTTPResponse {
        let query = try QueryParameters(call.request.target, known: ["page", "per_page", "cursor"])
        let size = try query.number("per_page", in: 1...100) ?? 100
        let cursor = try query.cursor()
        let page = try query.number("page", in: 1...1_000_000)
        guard page == nil || cursor == nil else {
            throw Problem.badRequest("Send either 'page' or 'cursor'.", at: .parameter("cursor"))
        }
        let number = cursor == nil ? page ?? 1 : nil
        let found = try await batches.list(
            after: cursor, skipping: Int64(((number ?? 1) - 1) * size), limit: size, for: call.viewer)
        var views: [BatchView] = []
        var left = Self.listedItemsInAll
        for batch in found.elements {
            let limit = min(left, Self.listedItems)
            // A batch without room for its items is shown by its address.
            let items =
                limit > 0
                ? try await batches.items(of: batch.id, after: nil, limit: limit, for: call.viewer) : nil
            left -= items?.elements.count ?? 0
            views.append(BatchView(batch: batch, items: items?.elements, next: items?.next, links: call.links))
        }
        return .json(
            .ok,
            List(
                batches: views, page: number, perPage: size,
                total: number == nil ? nil : try await batches.count(for: call.viewer),
                next: found.next?.description))
    }

    private func batch(_ call: Call) async throws -> HTTPResponse {
        let query = try QueryParameters(call.request.target, known: ["cursor", "limit"])
        let id: BatchID = try call.identity(of: "a batch")
        let batch = try await batches.batch(id, for: call.viewer)
        let items = try await batches.items(
            of: id, after: try query.cursor(), limit: try query.number("limit", in: 1...1000) ?? 1000,
            for: call.viewer)
        return .json(
            .ok, BatchView(batch: batch, items: items.elements, next: items.next, links: call.links))
    }

    /// Server-sent events (HTML standard, section 9.2): how far the batch is at first, and again after each change.
    private func events(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        let id: BatchID = try call.identity(of: "a batch")
        _ = try await batches.batch(id, for: call.viewer)
        let events = BatchEvents(
            batches: batches, id: id, viewer: call.viewer, links: call.links, isStopping: isStopping)
        return HTTPResponse(
            .ok, fields: ["Content-Type": "text/event-stream", "Cache-Control": "no-store"],
            body: .stream(length: nil, ByteStream { try await events.next() }))
    }

    /// The bytes of an item, whatever their format: the address ends in `.jpg` for every one.
    private func file(_ call: Call) async throws -> HTTPResponse {
        let name = call.parameters["name"]
        guard name.hasSuffix(".jpg"), let id = BatchItemID(String(name.dropLast(4))) else {
            throw Problem(.notFound, "There is no such file: the path is the 'file_path' of an item of a batch.")
        }
        let file = try await batches.file(id, for: call.viewer, client: call.renderClient)
        return FileResponse(file, to: call.request, for: call.viewer, caching).response
    }
}

internal import Streams
internal import Domain
internal import HTTPTypes
public import Services

/// Renditions in bulk: listing existing and missing ones, and making those.
public struct OperationRoutes: Sendable {
    private let inventory: Inventory
    private let jobs: Jobs

    public init(inventory: Inventory, jobs: Jobs) {
        (self.inventory, self.jobs) = (inventory, jobs)
    }

    public var routes: [Route] {
        [("thumbnails", FileType.thumbnail), ("full-size", .fullSize)].flatMap { name, type in
            [
                Route(.get, "/v1/operations/\(name)") { try await present(type, $0) },
                Route(.get, "/v1/operations/\(name)/missing") { try await missing(type, $0) },
                Route(.post, "/v1/operations/\(name)/generate") { try await generate(type, $0) },
            ]
        }
    }

    private struct FileEntry: Encodable {
        let id: ImageID, url: String, format: ImageFormat, width: Int, height: Int, bytes: Int64

        init(_ id: ImageID, _ file: StoredFile, _ links: Links) {
            self.id = id
            url = links.file(id, file.type)
            (format, width, height, bytes) = (file.format, file.width, file.height, file.bytes)
        }
    }

    private func present(_ type: FileType, _ call: Call) async throws -> HTTPResponse {
        let (cursor, limit) = try Self.page(call)
        let page = try await inventory.present(type, after: cursor, limit: limit, for: call.viewer)
        return ListView(
            name: "files", ids: page.elements.map(\.image.description),
            entries: page.elements.map { FileEntry($0.image, $0.file, call.links) }, next: page.next?.description
        ).response(to: call.request)
    }

    private struct MissingEntry: Encodable {
        let id: ImageID
        /// Why it cannot be made; null if it only has not been made yet.
        let reason: String?

        enum CodingKeys: String, CodingKey { case id, reason }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(id, forKey: .id)
            try container.encode(reason, forKey: .reason)
        }
    }

    private func missing(_ type: FileType, _ call: Call) async throws -> HTTPResponse {
        let (cursor, limit) = try Self.page(call)
        let page = try await inventory.missing(type, after: cursor, limit: limit, for: call.viewer)
        return ListView(
            name: "missing", ids: page.elements.map(\.image.description),
            entries: page.elements.map { MissingEntry(id: $0.image, reason: $0.damage) }, next: page.next?.description
        ).response(to: call.request)
    }

    private struct GenerateBody: JSONObjectBody {
        /// Nil if the member is left out. A null is refused, because making all renditions by mistake is expensive.
        let ids: [ImageID]?

        enum CodingKeys: String, CodingKey, CaseIterable { case ids }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            ids = container.contains(.ids) ? try container.decode([ImageID].self, forKey: .ids) : nil
        }
    }

    private func generate(_ type: FileType, _ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        let bytes = try await call.request.body.collect(upTo: 1 << 20)
        let body = bytes.isEmpty ? nil : try JSONBody.decode(GenerateBody.self, from: bytes)
        let job = try await jobs.generate(type, images: body?.ids, for: call.viewer)
        var response = HTTPResponse.json(.accepted, JobView(job, images: [:], call.links))
        response.fields["Location"] = call.links.job(job.id)
        return response
    }

    private static func page(_ call: Call) throws -> (cursor: Cursor?, limit: Int) {
        let query = try QueryParameters(call.request.target, known: ["cursor", "limit"])
        return (try query.cursor(), try query.number("limit", in: 1...1000) ?? 100)
    }
}

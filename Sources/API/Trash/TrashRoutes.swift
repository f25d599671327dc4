internal import Domain
internal import HTTPTypes
public import Services
internal import Streams
internal import TextCoding

/// Images that were deleted and can still be restored.
public struct TrashRoutes: Sendable {
    private static let maximumBodyBytes = 256 << 10

    private let trash: Trash
    private let bulk: BulkChanges

    public init(trash: Trash, bulk: BulkChanges) { (self.trash, self.bulk) = (trash, bulk) }

    public var routes: [Route] {
        [
            Route(.get, "/v1/trash", list), Route(.post, "/v1/trash/restore", restore),
            Route(.delete, "/v1/trash/{id}", delete), Route(.delete, "/v1/trash", empty),
        ]
    }

    private func list(_ call: Call) async throws -> HTTPResponse {
        let query = try QueryParameters(call.request.target, known: ["cursor", "limit", "fields"])
        let onlyIDs = try query.value("fields", "ids or all") { ["ids": true, "all": false][$0] } ?? false
        let page = try await trash.images(
            after: try query.cursor(), limit: try query.number("limit", in: 1...1000) ?? 100, for: call.viewer)
        return ListView(
            name: "images", ids: page.elements.map(\.record.id.description),
            entries: onlyIDs
                ? nil : page.elements.map { ImageView($0, expires: trash.expiry(of: $0), call.links) },
            next: page.next?.description
        ).response(to: call.request)
    }

    /// Images of a selection may be many: a job restores them.
    private func restore(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        let body = try await call.request.body.collect(upTo: Self.maximumBodyBytes)
        switch try JSONBody.decode(NamedImagesBody.self, from: body).images {
        case .ids(let ids):
            guard ids.count <= Trash.maximumRestored else {
                throw Problem(
                    .invalidMember, at: .pointer("/ids"),
                    "One request may restore at most \(Trash.maximumRestored) images: restore in parts.")
            }
            return .json(.ok, RestorationView(restoration: try await trash.restore(ids, for: call.viewer)))
        case .selection(let selection):
            return .accepted(try await bulk.restore(selection, for: call.viewer), call.links)
        }
    }

    private func delete(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        let id = try call.imageID
        call.trail.note(.imageDeletion, "\(id)")
        try await trash.delete(id, for: call.viewer)
        return HTTPResponse(.noContent)
    }

    /// A body is refused: whoever sends ids does not want everything to be deleted.
    private func empty(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        guard try await call.request.body.next() == nil else {
            throw Problem.badRequest(
                "This deletes everything in the trash, and takes no body: delete single images with DELETE /v1/trash/{id}."
            )
        }
        call.trail.note(.imageDeletion, "trash")
        return .json(.ok, ["deleted": try await trash.empty(for: call.viewer)])
    }
}

/// What became of each image of a request, as JSON.
private struct RestorationView: Encodable {
    let restoration: Trash.Restoration

    enum CodingKeys: String, CodingKey {
        case restored, duplicates
        case notFound = "not_found"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(restoration.restored, forKey: .restored)
        let duplicates = restoration.duplicates.map { ($0.id.description, $0.existing.description) }
        try container.encode(Dictionary(uniqueKeysWithValues: duplicates), forKey: .duplicates)
        try container.encode(restoration.unknown, forKey: .notFound)
    }
}

internal import Domain
internal import HTTPTypes
internal import Services
internal import Streams

/// The images of albums: listed, added, removed and moved.
struct AlbumImageRoutes: Sendable {
    private static let maximumBodyBytes = 256 << 10
    private static let maximumImages = 1000

    let albums: Albums
    let bulk: BulkChanges

    var routes: [Route] {
        [
            Route(.get, "/v1/albums/{id}/images", list), Route(.post, "/v1/albums/{id}/images", add),
            Route(.delete, "/v1/albums/{id}/images", remove),
            Route(.delete, "/v1/albums/{id}/images/{image}", removeOne),
            Route(.post, "/v1/albums/{id}/images/{image}/move", move),
        ]
    }

    private func list(_ call: Call) async throws -> HTTPResponse {
        let query = try QueryParameters(call.request.target, known: ["cursor", "limit", "fields"])
        let (id, cursor) = (try call.albumID, try query.cursor())
        let limit = try query.number("limit", in: 1...1000) ?? 100
        let onlyIDs = try query.value("fields", "ids or all") { ["ids": true, "all": false][$0] } ?? false
        if onlyIDs {
            let page = try await albums.ids(in: id, after: cursor, limit: limit, for: call.viewer)
            return ListView<ImageView>(
                name: "images", ids: page.elements.map(\.description), entries: nil, next: page.next?.description
            ).response(to: call.request)
        }
        let page = try await albums.images(in: id, after: cursor, limit: limit, for: call.viewer)
        return ListView(
            name: "images", ids: page.elements.map(\.id.description),
            entries: page.elements.map { ImageView($0, albums.disclosure(of: $0, to: call.viewer), call.links) },
            next: page.next?.description
        ).response(to: call.request)
    }

    /// Images of a selection may be many: a job adds them.
    private func add(_ call: Call) async throws -> HTTPResponse {
        let (id, body) = (try call.albumID, try await Self.decode(AlbumImagesBody.self, call))
        switch body.images {
        case .ids(let ids):
            try Self.check(ids)
            if body.sharesPrivate == true { call.trail.note(.albumSharing, "\(id): \(ids.count) images") }
            let change = try await albums.add(ids, to: id, sharesPrivate: body.sharesPrivate, for: call.viewer)
            return .json(.ok, AlbumChangeView(change: change, deed: "added"))
        case .selection(let selection):
            if body.sharesPrivate == true { call.trail.note(.albumSharing, "\(id): selection \(selection)") }
            let edit = ImageEdit(addedAlbums: [id], sharesPrivate: body.sharesPrivate)
            let job = try await bulk.request(edit, of: .selection(selection), for: call.viewer)
            return .accepted(job, call.links)
        }
    }

    private func remove(_ call: Call) async throws -> HTTPResponse {
        let (id, body) = (try call.albumID, try await Self.decode(NamedImagesBody.self, call))
        switch body.images {
        case .ids(let ids):
            try Self.check(ids)
            let change = try await albums.remove(ids, from: id, for: call.viewer)
            return .json(.ok, AlbumChangeView(change: change, deed: "removed"))
        case .selection(let selection):
            let edit = ImageEdit(removedAlbums: [id])
            let job = try await bulk.request(edit, of: .selection(selection), for: call.viewer)
            return .accepted(job, call.links)
        }
    }

    private func removeOne(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        let change = try await albums.remove(
            [try call.identity("image", of: "an image")], from: try call.albumID, for: call.viewer)
        guard change.refused.isEmpty else {
            throw Problem(.forbidden, "Only the image's owner, whoever added it, or a manager may remove it.")
        }
        guard change.unknown.isEmpty else { throw Problem(.notFound, "The album has no such image.") }
        return HTTPResponse(.noContent)
    }

    private func move(_ call: Call) async throws -> HTTPResponse {
        let place = try await Self.decode(AlbumMoveBody.self, call).place
        try await albums.move(
            try call.identity("image", of: "an image"), to: place, in: try call.albumID, for: call.viewer)
        return HTTPResponse(.noContent)
    }

    private static func check(_ ids: [ImageID]) throws {
        guard ids.count <= maximumImages else {
            throw Problem(
                .invalidMember, at: .pointer("/ids"),
                "One request may name at most \(maximumImages) images: send them in parts.")
        }
    }

    private static func decode<Body: JSONObjectBody>(_ type: Body.Type, _ call: Call) async throws -> Body {
        _ = try QueryParameters(call.request.target, known: [])
        return try JSONBody.decode(type, from: try await call.request.body.collect(upTo: maximumBodyBytes))
    }
}

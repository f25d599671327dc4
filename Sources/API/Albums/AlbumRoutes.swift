internal import Domain
internal import HTTPTypes
public import Services
internal import Streams

/// Albums: adding, listing, changing and deleting them.
public struct AlbumRoutes: Sendable {
    private static let maximumBodyBytes = 256 << 10

    private let albums: Albums
    private let accounts: Accounts
    private let bulk: BulkChanges

    public init(albums: Albums, accounts: Accounts, bulk: BulkChanges) {
        (self.albums, self.accounts, self.bulk) = (albums, accounts, bulk)
    }

    public var routes: [Route] {
        [
            Route(.get, "/v1/albums", list), Route(.post, "/v1/albums", add),
            Route(.post, "/v1/albums/by-path", addPath),
            Route(.get, "/v1/albums/{id}", album), Route(.patch, "/v1/albums/{id}", update),
            Route(.delete, "/v1/albums/{id}", delete),
            Route(.get, "/v1/albums/{id}/members", members),
            Route(.put, "/v1/albums/{id}/members/{handle}", setMember),
            Route(.delete, "/v1/albums/{id}/members/{handle}", removeMember),
        ] + AlbumImageRoutes(albums: albums, bulk: bulk).routes
    }

    private func list(_ call: Call) async throws -> HTTPResponse {
        let query = try QueryParameters(call.request.target, known: ["parent", "shared", "owner", "cursor", "limit"])
        let page = try await albums.list(
            try await filter(query), after: try query.cursor(), limit: try query.number("limit", in: 1...1000) ?? 100,
            for: call.viewer)
        return ListView(
            name: "albums", ids: page.elements.map(\.album.id.description),
            entries: page.elements.map { view(of: $0, call) }, next: page.next?.description
        ).response(to: call.request)
    }

    private func filter(_ query: QueryParameters) async throws -> Albums.Filter {
        var filter = Albums.Filter()
        filter.isShared = try query.value("shared", "true or false") { ["true": true, "false": false][$0] }
        filter.parent = try query.value("parent", "the id of an album, or none") { text -> AlbumID?? in
            text == "none" ? .some(nil) : AlbumID(text).map { .some($0) }
        }
        guard let owner = query.text("owner") else { return filter }
        guard filter.isShared == nil else {
            throw Problem.badRequest(
                "Say either 'owner' or 'shared': albums of an account, or those that are shared with you.",
                at: .parameter("shared"))
        }
        filter.owner = try await accounts.owner(owner).id
        return filter
    }

    private func add(_ call: Call) async throws -> HTTPResponse {
        let body = try await Self.decode(AlbumBody.self, call)
        if body.details.visibility == .public { call.trail.note(.albumSharing, "\(body.details.title): public") }
        let summary = try await albums.add(body.details, parent: body.parent, for: call.viewer)
        var response = present(summary, call, .created)
        response.fields["Location"] = call.links.album(summary.album.id)
        return response
    }

    private func addPath(_ call: Call) async throws -> HTTPResponse {
        let path = AlbumPlacement.titles(of: try await Self.decode(AlbumPathBody.self, call).path)
        return present(try await albums.album(at: path, for: call.viewer), call)
    }

    private func album(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        return present(try await albums.album(try call.albumID, for: call.viewer), call)
    }

    private func update(_ call: Call) async throws -> HTTPResponse {
        let id = try call.albumID
        let body = try await Self.decode(AlbumChangesBody.self, call)
        if let visibility = body.changes.visibility { call.trail.note(.albumSharing, "\(id): \(visibility.rawValue)") }
        let version = try await expectedVersion(of: id, call)
        return present(
            try await albums.update(
                id, body.changes, sharesPrivate: body.sharesPrivate, version: version, for: call.viewer), call)
    }

    private func delete(_ call: Call) async throws -> HTTPResponse {
        let id = try call.albumID
        _ = try await expectedVersion(of: id, call)
        try await albums.delete(id, for: call.viewer)
        return HTTPResponse(.noContent)
    }

    private func members(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        let members = try await albums.members(of: try call.albumID, for: call.viewer)
        return .json(.ok, ["members": members.map(AlbumMemberView.init)])
    }

    private func setMember(_ call: Call) async throws -> HTTPResponse {
        let (id, handle) = (try call.albumID, try Self.handle(call))
        let body = try await Self.decode(AlbumMemberBody.self, call)
        call.trail.note(.albumSharing, "\(id): \(handle) \(body.role.rawValue)")
        try await albums.setMember(
            handle, body.role, of: id, sharesPrivate: body.sharesPrivate, for: call.viewer)
        return HTTPResponse(.noContent)
    }

    private func removeMember(_ call: Call) async throws -> HTTPResponse {
        let (id, handle) = (try call.albumID, try Self.handle(call))
        call.trail.note(.albumSharing, "\(id): \(handle) removed")
        try await albums.removeMember(handle, of: id, for: call.viewer)
        return HTTPResponse(.noContent)
    }

    private func view(of summary: AlbumSummary, _ call: Call) -> AlbumView {
        AlbumView(summary, cover: { albums.disclosure(of: $0, to: call.viewer) }, call.links)
    }

    private func present(
        _ summary: AlbumSummary, _ call: Call, _ status: HTTPStatus = .ok
    ) -> HTTPResponse {
        var response = HTTPResponse.json(status, view(of: summary, call))
        response.fields["ETag"] = AlbumView.tag(of: summary.album).description
        return response
    }

    /// The version that the conditions of the request hold for; nil if there are none.
    private func expectedVersion(of id: AlbumID, _ call: Call) async throws -> Int64? {
        guard call.hasConditions else { return nil }
        let album = try await albums.album(id, for: call.viewer).album
        try call.requireConditions(of: [AlbumView.tag(of: album)], modified: album.dateModified, "album")
        return album.version
    }

    private static func decode<Body: JSONObjectBody>(_ type: Body.Type, _ call: Call) async throws -> Body {
        _ = try QueryParameters(call.request.target, known: [])
        return try JSONBody.decode(type, from: try await call.request.body.collect(upTo: maximumBodyBytes))
    }

    private static func handle(_ call: Call) throws -> Handle {
        guard let handle = Handle(call.parameters["handle"]) else {
            throw Problem(.notFound, "There is no such account.")
        }
        return handle
    }
}

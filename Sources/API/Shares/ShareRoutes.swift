internal import Domain
internal import HTTPTypes
public import Services
internal import Streams

/// Shares: making, listing, changing and ending them. The address of one share is that of its visitors, too.
public struct ShareRoutes: Sendable {
    /// Ten thousand ids, each quoted, with room for whitespace.
    static let maximumBodyBytes = 1 << 20

    private let shares: Shares
    private let accounts: Accounts
    private let visits: ShareVisitRoutes

    public init(shares: Shares, accounts: Accounts, visits: ShareVisitRoutes) {
        (self.shares, self.accounts, self.visits) = (shares, accounts, visits)
    }

    public var routes: [Route] {
        [
            Route(.get, "/v1/shares", list), Route(.post, "/v1/shares", make),
            Route(.get, "/v1/shares/{share}", share), Route(.patch, "/v1/shares/{share}", update),
            Route(.delete, "/v1/shares/{share}", end),
        ] + visits.routes
    }

    private func list(_ call: Call) async throws -> HTTPResponse {
        let query = try QueryParameters(call.request.target, known: ["owner", "cursor", "limit"])
        var owner: AccountID?
        if let handle = query.text("owner") { owner = try await accounts.owner(handle).id }
        let page = try await shares.list(
            of: owner, after: try query.cursor(), limit: try query.number("limit", in: 1...1000) ?? 100,
            for: call.viewer)
        return ListView(
            name: "shares", ids: page.elements.map(\.share.id.description),
            entries: page.elements.map { ShareView($0, call.links) }, next: page.next?.description
        ).response(to: call.request)
    }

    private func make(_ call: Call) async throws -> HTTPResponse {
        let body = try await Self.decode(ShareBody.self, call)
        let selection = try await body.content.resolved(by: shares, for: call.viewer)
        call.trail.note(.sharing, "\(selection.subject.kind.rawValue): \(body.terms.title)")
        let known = try await shares.make(selection, body.terms, password: body.password, for: call.viewer)
        var response = present(known, call, .created)
        response.fields["Location"] = call.links.path("/v1/shares/\(known.share.id)")
        return response
    }

    /// A token opens the share for whoever sends it, and an id shows it to whoever made it.
    private func share(_ call: Call) async throws -> HTTPResponse {
        if ShareVisits.isToken(call.parameters["share"]) { return try await visits.share(call) }
        _ = try QueryParameters(call.request.target, known: [])
        return present(try await shares.share(try call.shareID, for: call.viewer), call)
    }

    private func update(_ call: Call) async throws -> HTTPResponse {
        let id = try call.shareID
        let body = try await Self.decode(ShareChangesBody.self, call)
        call.trail.note(.sharing, "\(id): changed")
        var changes = body.changes
        changes.selection = try await body.content?.resolved(by: shares, for: call.viewer)
        let modified = try await expectedVersion(of: id, call)
        return present(try await shares.update(id, changes, modified: modified, for: call.viewer), call)
    }

    private func end(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        let id = try call.shareID
        call.trail.note(.sharing, "\(id): ended")
        _ = try await expectedVersion(of: id, call)
        try await shares.end(id, for: call.viewer)
        return HTTPResponse(.noContent)
    }

    private func present(_ known: Shares.Known, _ call: Call, _ status: HTTPStatus = .ok) -> HTTPResponse {
        var response = HTTPResponse.json(status, ShareView(known, call.links))
        response.fields["Cache-Control"] = "no-store"
        response.fields["ETag"] = ShareView.tag(of: known.share).description
        return response
    }

    /// The version that the conditions of the request hold for, by its date; nil if there are none.
    private func expectedVersion(of id: ShareID, _ call: Call) async throws -> Timestamp? {
        guard call.hasConditions else { return nil }
        let share = try await shares.share(id, for: call.viewer).share
        try call.requireConditions(of: [ShareView.tag(of: share)], modified: share.dateModified, "share")
        return share.dateModified
    }

    private static func decode<Body: JSONObjectBody>(_ type: Body.Type, _ call: Call) async throws -> Body {
        _ = try QueryParameters(call.request.target, known: [])
        return try JSONBody.decode(type, from: try await call.request.body.collect(upTo: maximumBodyBytes))
    }
}

extension Call {
    /// The share of the path, by its id.
    fileprivate var shareID: ShareID {
        get throws {
            guard let id = ShareID(parameters["share"]) else {
                throw Problem(
                    .malformedID, at: .parameter("share"),
                    "The path has no id of a share: ids are UUIDs, such as /v1/shares lists them.")
            }
            return id
        }
    }
}

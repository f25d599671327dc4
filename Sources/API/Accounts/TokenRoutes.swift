internal import Domain
internal import HTTPTypes
public import Services
internal import Streams

/// Tokens for programs: creating, listing and revoking them.
public struct TokenRoutes: Sendable {
    private let tokens: Tokens

    public init(tokens: Tokens) { self.tokens = tokens }

    public var routes: [Route] {
        [
            Route(.get, "/v1/tokens", access: .managing, list),
            Route(.post, "/v1/tokens", access: .issuing, issue),
            Route(.delete, "/v1/tokens/{id}", access: .reading, revoke),
        ]
    }

    private struct TokenBody: JSONObjectBody {
        let name: String
        let scopes: Set<Scope>?
        let expiresAt: Timestamp?
        let quotaBytes: Int64?
        let album: AlbumID?
        let sharesPrivate: Bool?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case name, scopes, album
            case sharesPrivate = "share_private"
            case expiresAt = "expires_at"
            case quotaBytes = "quota_bytes"
        }
    }

    private func list(_ call: Call) async throws -> HTTPResponse {
        .json(.ok, ["tokens": try await tokens.list(for: call.viewer).map { TokenView(token: $0) }])
    }

    /// Without scopes a token may read.
    private func issue(_ call: Call) async throws -> HTTPResponse {
        let wish = try JSONBody.decode(
            TokenBody.self, from: try await call.request.body.collect(upTo: SessionRoutes.maximumBodyBytes))
        let scopes = (wish.scopes ?? [.read]).map(\.rawValue).sorted().joined(separator: " ")
        guard wish.album != nil || wish.sharesPrivate == nil else {
            throw Problem.badRequest("'share_private' is for a token with an 'album'.", at: .pointer("/share_private"))
        }
        call.trail.note(.tokenIssue, "\(wish.name): \(scopes)")
        let issued = try await tokens.issue(
            name: wish.name, scopes: wish.scopes ?? [.read], expires: wish.expiresAt, quotaBytes: wish.quotaBytes,
            album: wish.album.map { TokenAlbum(id: $0, sharesPrivate: wish.sharesPrivate ?? false) }, for: call.viewer)
        var response = HTTPResponse.json(.created, TokenView(token: issued.token, text: issued.text))
        response.fields["Cache-Control"] = "no-store"
        return response
    }

    /// A token may always revoke itself.
    private func revoke(_ call: Call) async throws -> HTTPResponse {
        let id: TokenID = try call.identity(of: "a token")
        call.trail.note(.tokenRevocation, "\(id)")
        try await tokens.revoke(id, for: call.viewer)
        return HTTPResponse(.noContent)
    }
}

internal import Domain
internal import HTTPTypes
public import Services
internal import Streams

/// Sessions: logging in, refreshing, listing and ending them.
public struct SessionRoutes: Sendable {
    static let maximumBodyBytes = 16 * 1024

    private let sessions: Sessions
    private let accounts: Accounts

    public init(sessions: Sessions, accounts: Accounts) { (self.sessions, self.accounts) = (sessions, accounts) }

    public var routes: [Route] {
        [
            Route(.post, "/v1/sessions", access: .open, logIn),
            Route(.post, "/v1/sessions/refresh", access: .open, refresh),
            Route(.get, "/v1/sessions", access: .managing, list),
            Route(.delete, "/v1/sessions", access: .managing, endAll),
            Route(.delete, "/v1/sessions/{id}", access: .managing, end),
            Route(.get, "/v1/sessions/current", current),
            Route(.delete, "/v1/sessions/current", access: .managing, logOut),
        ]
    }

    private struct Login: JSONObjectBody {
        let handle: String, password: String

        enum CodingKeys: String, CodingKey, CaseIterable { case handle, password }
    }

    private struct Refresh: JSONObjectBody {
        let refreshToken: String

        enum CodingKeys: String, CodingKey, CaseIterable { case refreshToken = "refresh_token" }
    }

    private struct GrantView: Encodable {
        let token: String, refreshToken: String, tokenType = "Bearer"
        let expiresAt: Timestamp
        let account: AccountView

        init(_ grant: Sessions.Grant, _ links: Links) {
            (token, refreshToken, expiresAt) = (grant.token, grant.refreshToken, grant.expires)
            account = AccountView(grant.account, links)
        }

        enum CodingKeys: String, CodingKey {
            case token, account
            case refreshToken = "refresh_token"
            case tokenType = "token_type"
            case expiresAt = "expires_at"
        }
    }

    /// The account of the request.
    private struct CurrentView: Encodable {
        let account: AccountView?
        let scopes: [Scope]
        let proof: String
        let registration: String
        /// Whether there is no account yet that can log in.
        let needsSetup: Bool

        enum CodingKeys: String, CodingKey {
            case account, scopes, proof, registration
            case needsSetup = "needs_setup"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(account, forKey: .account)
            try container.encode(scopes, forKey: .scopes)
            try container.encode(proof, forKey: .proof)
            try container.encode(registration, forKey: .registration)
            try container.encode(needsSetup, forKey: .needsSetup)
        }
    }

    private func logIn(_ call: Call) async throws -> HTTPResponse {
        let login = try JSONBody.decode(
            Login.self, from: try await call.request.body.collect(upTo: Self.maximumBodyBytes))
        call.trail.note(.login, login.handle)
        let origin = call.request.origin
        let grant = try await sessions.logIn(
            handle: login.handle, password: login.password,
            from: Sessions.Client(
                address: origin.client, key: origin.clientKey, userAgent: call.request.fields["User-Agent"],
                deviceToken: SessionCookies.deviceToken(of: call.request)))
        return Self.present(grant, .created, call)
    }

    /// The refresh token comes from the body if there is one, otherwise from its cookie.
    private func refresh(_ call: Call) async throws -> HTTPResponse {
        let bytes = try await call.request.body.collect(upTo: Self.maximumBodyBytes)
        let named = bytes.isEmpty ? nil : try JSONBody.decode(Refresh.self, from: bytes).refreshToken
        guard let token = named ?? SessionCookies.refreshToken(of: call.request) else {
            throw Problem.badRequest("Send {\"refresh_token\": …}, as the login has answered it.")
        }
        call.trail.note(.sessionRefresh, "", onlyIfRefused: true)
        return Self.present(try await sessions.refresh(token), .ok, call)
    }

    private func current(_ call: Call) async throws -> HTTPResponse {
        let viewer = call.viewer
        let proof =
            switch viewer.proof {
            case .none: "none"
            case .openAccess: "open-access"
            case .session: "session"
            case .token: "token"
            }
        let account = viewer.account == nil ? nil : try await accounts.own(viewer)
        return .json(
            .ok,
            CurrentView(
                account: account.map { AccountView($0, call.links) }, scopes: viewer.scopes.sorted(), proof: proof,
                registration: accounts.registration.rawValue,
                needsSetup: try await !accounts.hasAccounts()))
    }

    private func list(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        let sessions = try await sessions.list(for: call.viewer)
        return .json(
            .ok, ["sessions": sessions.map { SessionView($0, isCurrent: call.viewer.proof == .session($0.id)) }])
    }

    private func end(_ call: Call) async throws -> HTTPResponse {
        let id: SessionID = try call.identity(of: "a session")
        call.trail.note(.sessionEnd, "\(id)")
        try await sessions.end(id, for: call.viewer)
        return HTTPResponse(.noContent)
    }

    private func endAll(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        call.trail.note(.sessionEnd, "all")
        try await sessions.endAll(for: call.viewer)
        var response = HTTPResponse(.noContent)
        SessionCookies.clear(in: &response, for: call.request)
        return response
    }

    private func logOut(_ call: Call) async throws -> HTTPResponse {
        call.trail.note(.sessionEnd, "current")
        try await sessions.logOut(call.viewer)
        var response = HTTPResponse(.noContent)
        SessionCookies.clear(in: &response, for: call.request)
        return response
    }

    private static func present(_ grant: Sessions.Grant, _ status: HTTPStatus, _ call: Call) -> HTTPResponse {
        var response = HTTPResponse.json(status, GrantView(grant, call.links))
        response.fields["Cache-Control"] = "no-store"
        SessionCookies.set(grant, in: &response, for: call.request)
        return response
    }
}

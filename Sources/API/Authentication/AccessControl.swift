internal import Domain
internal import HTTPTypes
internal import Services

/// Decides whether a request may use a route: no other type compares scopes and roles with routes.
struct AccessControl: Sendable {
    /// Nil if nobody has an account.
    let authenticator: Authenticator?
    let local: LocalAccess

    /// - Throws: a problem with the status 401 if the request has no credentials but needs them, 403 if they are not
    ///   sufficient.
    func admit(_ request: HTTPRequest, to access: Access) async throws -> Viewer {
        guard access != .open, let authenticator else {
            if access == .open { return .stranger }
            throw Problem(.unauthorized, "This server has no accounts.")
        }
        let viewer = try await authenticator.viewer(
            showing: RequestCredentials.read(request), actingFor: RequestCredentials.account(of: request)
        ) { local.objection(to: request) == nil }
        if viewer.account == nil, ![.reading, .readingOrWriting].contains(access) {
            throw try await refusal(of: request, authenticator)
        }
        switch access {
        case .open: break
        case .reading: try require(.read, of: viewer)
        case .readingOrWriting: if !viewer.mayRead { try require(.write, of: viewer) }
        case .adding: if !viewer.scopes.contains(.upload) { try require(.write, of: viewer) }
        case .following: if viewer.scopes.isDisjoint(with: [.read, .upload]) { try require(.write, of: viewer) }
        case .writing: try require(.write, of: viewer)
        case .issuing: if !viewer.scopes.contains(.admin) { try require(.write, of: viewer) }
        case .managing: try require(.admin, of: viewer)
        case .administering:
            try require(.admin, of: viewer)
            guard viewer.isAdmin else { throw Problem(.forbidden, "Only an admin may do this.") }
        }
        return viewer
    }

    /// What a stranger has to do to be admitted.
    private func refusal(of request: HTTPRequest, _ authenticator: Authenticator) async throws -> Problem {
        let objection = local.objection(to: request)
        guard let objection, try await authenticator.awaitsFirstAccount() else {
            return Problem(.unauthorized, "This needs an account: log in (POST /v1/sessions), or send a token.")
        }
        return Problem(
            .unauthorized,
            "This needs an account. The server has none yet, and only direct requests of the user who runs it may do without; this request \(objection). Make the first account: 'tintype accounts add HANDLE' as that user, or POST /v1/accounts with the setup code that the server has logged."
        )
    }

    private func require(_ scope: Scope, of viewer: Viewer) throws {
        guard viewer.scopes.contains(scope) else {
            throw Problem(
                .insufficientScope,
                "The token lacks the scope '\(scope.rawValue)', which this needs: use another one.")
        }
    }
}

/// Who may use a route. The service decides which images the route then shows or changes.
public enum Access: Sendable, CaseIterable {
    /// Everybody, without authentication.
    case open
    /// Everybody; a token needs the scope `read`.
    case reading
    /// Everybody; a token needs the scope `read` or `write`.
    case readingOrWriting
    /// Accounts; a token needs the scope `upload` or `write`.
    case adding
    /// Accounts; a token needs the scope `read`, `upload` or `write`.
    case following
    /// Accounts; a token needs the scope `write`.
    case writing
    /// Accounts; a token needs the scope `write` or `admin`.
    case issuing
    /// Accounts that manage themselves; a token needs the scope `admin`.
    case managing
    /// Admins; a token needs the scope `admin`.
    case administering
}

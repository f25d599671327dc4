internal import CatalogStorage
public import Domain
public import KeyStorage

/// Logging in and out. A session has a token that lasts minutes, and a refresh token that lasts a month and can be
/// revoked.
public struct Sessions: Sendable {
    /// The credentials of a session.
    public struct Grant: Sendable {
        public let session: SessionID
        public let account: Account
        public let token: String
        public let refreshToken: String
        /// Of the token.
        public let expires: Timestamp
        /// Of the refresh token.
        public let refreshExpires: Timestamp
    }

    static let tokenSeconds = 15.0 * 60
    static let refreshSeconds = 30.0 * 86_400

    let repository: Repository
    let passwords: Passwords
    let keys: KeyRing
    let viewers: ViewerCache

    public init(repository: Repository, passwords: Passwords, keys: KeyRing, viewers: ViewerCache) {
        (self.repository, self.passwords, self.keys, self.viewers) = (repository, passwords, keys, viewers)
    }

    /// Begins a session.
    ///
    /// - Parameter address: the address that the attempt comes from.
    /// - Throws: `wrongPassword` in each case: no such account, wrong password, or account disabled;
    ///   `throttled` after too many failures.
    public func logIn(handle: String, password: String, address: String) async throws -> Grant {
        let account = try await authenticate(handle, password, address)
        let (session, refresh, now) = (SessionID(), try Secret(.refreshToken), Timestamp.now)
        try await repository.catalog.addSession(
            session, of: account.id, refresh: try refresh.digest, expires: now.advanced(bySeconds: Self.refreshSeconds))
        return try grant(session, account, refresh, now)
    }

    /// Continues a session whose token has expired or is about to.
    public func refresh(_ refreshToken: String) async throws -> Grant {
        guard let former = try Secret.digest(of: refreshToken, if: .refreshToken) else { throw Self.isOver }
        let (next, now) = (try Secret(.refreshToken), Timestamp.now)
        let outcome = try await repository.catalog.refreshSession(
            former, to: try next.digest, expires: now.advanced(bySeconds: Self.refreshSeconds), now: now)
        switch outcome {
        case .refreshed(let session, let account): return try grant(session, account, next, now)
        case .reused:
            viewers.forgetAll()
            throw Self.isOver
        case .unknown: throw Self.isOver
        }
    }

    /// Ends the viewer's session.
    public func logOut(_ viewer: Viewer) async throws {
        guard case .session(let id) = viewer.proof else {
            throw ServiceError(.invalid, "There is no session to end: the request came without one.")
        }
        try await repository.catalog.endSession(id)
        viewers.forgetAll()
    }

    private func authenticate(_ text: String, _ password: String, _ address: String) async throws -> Account {
        // A disabled account gets the same answer as one that does not exist.
        var known: (account: Account, passwordHash: String?)?
        if let handle = Handle(text) { known = try await repository.catalog.credentials(of: handle) }
        let hash = known.flatMap { $0.account.isDisabled ? nil : $0.passwordHash }
        guard try await passwords.proves(password, of: text, from: address, hash: hash), let known, let hash else {
            throw ServiceError(.wrongPassword, "The handle or the password is wrong.")
        }
        if passwords.isOutdated(hash) {
            _ = try await repository.catalog.setPassword(
                of: known.account.id, hash: try await passwords.hash(password), endsAccess: false)
        }
        return known.account
    }

    private func grant(
        _ session: SessionID, _ account: Account, _ refresh: Secret, _ now: Timestamp
    ) throws -> Grant {
        let expires = now.advanced(bySeconds: Self.tokenSeconds)
        let claims = SessionClaims(account: account.id, session: session, from: now, to: expires)
        return Grant(
            session: session, account: account, token: try claims.signed(with: try keys.signingKey(now: now)),
            refreshToken: refresh.text, expires: expires,
            refreshExpires: now.advanced(bySeconds: Self.refreshSeconds))
    }

    private static let isOver = ServiceError(.unauthenticated, "The session has ended: log in again.")
}

internal import CatalogStorage
public import Domain
public import KeyStorage

/// Logging in and out. A session has a token that lasts minutes, and a refresh token that lasts a month, is good for one
/// use, and can be revoked.
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
        /// For the browser, which is a known device of the account from now on; nil after a refresh.
        public var deviceToken: String?
    }

    static let tokenSeconds = 15.0 * 60
    /// How long a session lasts without being refreshed.
    static let refreshSeconds = 30.0 * 86_400
    /// How long a session lasts at most.
    static let maximumSeconds = 90.0 * 86_400
    private static let maximumUserAgentBytes = 200

    let repository: Repository
    let passwords: Passwords
    let keys: KeyRing

    public init(repository: Repository, passwords: Passwords, keys: KeyRing) {
        (self.repository, self.passwords, self.keys) = (repository, passwords, keys)
    }

    /// Who logs in, as far as the request tells.
    public struct Client: Sendable {
        public let address: String
        /// The client for limits, such as the /64 of its address.
        public let key: String
        public let userAgent: String?
        /// What an earlier login has left with the browser.
        public let deviceToken: String?

        public init(address: String, key: String, userAgent: String?, deviceToken: String? = nil) {
            (self.address, self.key, self.userAgent) = (address, key, userAgent)
            self.deviceToken = deviceToken
        }
    }

    /// Begins a session.
    ///
    /// - Throws: `wrongPassword` in each case: no such account, wrong password, or account disabled;
    ///   `throttled` after too many failures.
    public func logIn(handle: String, password: String, from client: Client) async throws -> Grant {
        let account = try await authenticate(handle, password, client)
        let now = Timestamp.now
        let session = Session(
            id: SessionID(), account: account.id,
            userAgent: client.userAgent.map {
                String(decoding: $0.utf8.prefix(Self.maximumUserAgentBytes), as: UTF8.self)
            },
            address: client.address, dateCreated: now, dateUsed: now,
            expires: now.advanced(bySeconds: Self.refreshSeconds), ends: now.advanced(bySeconds: Self.maximumSeconds))
        try await repository.catalog.addSession(session)
        var grant = try grant(session, account, generation: 1, now)
        grant.deviceToken = try DeviceToken(account: account.id).text(signedWith: try keys.signingKey(now: now))
        return grant
    }

    /// Continues a session whose token has expired or is about to.
    ///
    /// - Throws: `unauthenticated` if the token is not valid. If it is an earlier one, the whole session ends: somebody
    ///   else has a copy.
    public func refresh(_ refreshToken: String) async throws -> Grant {
        guard let token = try RefreshToken(refreshToken, keys: keys.verificationKeys) else { throw Self.isOver }
        let now = Timestamp.now
        let outcome = try await repository.catalog.refreshSession(
            token.session, generation: token.generation, expires: now.advanced(bySeconds: Self.refreshSeconds),
            now: now)
        switch outcome {
        case .refreshed(let session, let account, let generation):
            return try grant(session, account, generation: generation, now)
        case .reused, .unknown: throw Self.isOver
        }
    }

    /// The sessions of the viewer's account, the last used one first.
    public func list(for viewer: Viewer) async throws -> [Session] {
        try await repository.catalog.sessions(of: try viewer.owner())
    }

    /// Ends the viewer's session.
    public func logOut(_ viewer: Viewer) async throws {
        guard case .session(let id) = viewer.proof else {
            throw ServiceError(.invalid, "There is no session to end: the request came without one.")
        }
        try await repository.catalog.endSession(id, of: try viewer.owner())
    }

    /// Ends a session of the viewer's account.
    ///
    /// - Throws: `notFound`.
    public func end(_ id: SessionID, for viewer: Viewer) async throws {
        guard try await repository.catalog.endSession(id, of: try viewer.owner()) else {
            throw ServiceError(.notFound, "There is no such session.")
        }
    }

    /// Ends all sessions of the viewer's account.
    public func endAll(for viewer: Viewer) async throws {
        _ = try await repository.catalog.endSessions(of: try viewer.owner())
    }

    private func authenticate(_ text: String, _ password: String, _ client: Client) async throws -> Account {
        // A disabled account gets the same answer as one that does not exist.
        var known: (account: Account, passwordHash: String?)?
        if let handle = Handle(text) { known = try await repository.catalog.credentials(of: handle) }
        let hash = known.flatMap { $0.account.isDisabled ? nil : $0.passwordHash }
        let device = try client.deviceToken.flatMap { try DeviceToken($0, keys: keys.verificationKeys) }
        let isKnown = device != nil && device?.account == known?.account.id
        let isRight = try await passwords.proves(
            password, of: text, from: client.key, device: isKnown ? device?.id : nil, hash: hash)
        guard isRight, let known, let hash else {
            throw ServiceError(.wrongPassword, "The handle or the password is wrong.")
        }
        if passwords.isOutdated(hash) {
            _ = try await repository.catalog.setPassword(
                of: known.account.id, hash: try await passwords.hash(password), endsAccess: false)
        }
        return known.account
    }

    private func grant(
        _ session: Session, _ account: Account, generation: Int64, _ now: Timestamp
    ) throws -> Grant {
        let expires = min(now.advanced(bySeconds: Self.tokenSeconds), session.ends)
        let claims = SessionClaims(account: account.id, session: session.id, from: now, to: expires)
        let key = try keys.signingKey(now: now)
        return Grant(
            session: session.id, account: account, token: try claims.signed(with: key),
            refreshToken: try RefreshToken(session: session.id, generation: generation).text(signedWith: key),
            expires: expires, refreshExpires: session.expires)
    }

    private static let isOver = ServiceError(.unauthenticated, "The session has ended: log in again.")
}

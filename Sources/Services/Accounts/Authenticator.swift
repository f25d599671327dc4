internal import CatalogStorage
internal import Domain
public import KeyStorage
internal import Telemetry

/// Finds out who sends a request, from its credentials.
public final class Authenticator: Sendable {
    /// The credentials of a request.
    public enum Credentials: Hashable, Sendable {
        /// None. The request may name an account to act as.
        case none(actingAs: String?)
        /// The token of a session, or an API token.
        case bearer(String)
        /// The token of a session in a cookie. Browsers send it with every request, so a stale one counts as no
        /// credentials.
        case cookie(String)
    }

    private static let touchSeconds = 60.0

    private let repository: Repository
    private let keys: KeyRing
    private let viewers = ViewerCache()
    private let policy: AccessPolicy
    /// Creates the account that a client of an open server names, if the policy allows it.
    private let accounts: Accounts

    public init(repository: Repository, keys: KeyRing, accounts: Accounts, policy: AccessPolicy) {
        (self.repository, self.keys) = (repository, keys)
        (self.accounts, self.policy) = (accounts, policy)
    }

    /// - Parameters:
    ///   - handle: the account that the request names to act for it; nil for none.
    ///   - isLocal: whether the request may act as the built-in account while there are no accounts; asked only if that
    ///     matters.
    /// - Throws: `unauthenticated` if the credentials are not, or no longer, valid; `forbidden` if the request names
    ///   an account and may not act for it.
    public func viewer(
        showing credentials: Credentials, actingFor handle: String? = nil, isLocal: () -> Bool
    ) async throws -> Viewer {
        let viewer = try await self.viewer(showing: credentials, isLocal: isLocal)
        guard let handle else { return viewer }
        // Nobody else learns which accounts there are.
        guard viewer.isAdmin else { throw Viewer.notActing }
        return try viewer.acting(for: try await accounts.owner(handle))
    }

    private func viewer(showing credentials: Credentials, isLocal: () -> Bool) async throws -> Viewer {
        switch credentials {
        case .none(nil): return try await anonymous(isLocal: isLocal)
        case .none(let name?): return try await anonymous(actingAs: name)
        case .bearer(let text):
            guard let viewer = try await recognise(text) else {
                throw ServiceError(
                    .unauthenticated, "The token is not valid, or not any more: log in again, or use another one.")
            }
            return viewer
        case .cookie(let text):
            if let viewer = try await recognise(text) { return viewer }
            return try await anonymous { false }
        }
    }

    private func recognise(_ text: String) async throws -> Viewer? {
        let now = Timestamp.now
        let version = try repository.catalog.version()
        if let viewer = viewers[text, at: version, now] { return viewer }
        guard let (viewer, expires) = try await lookUp(text, now) else { return nil }
        viewers.insert(viewer, for: text, expires: expires, at: version)
        return viewer
    }

    private func lookUp(_ text: String, _ now: Timestamp) async throws -> (Viewer, Timestamp?)? {
        if let digest = try Secret.digest(of: text, if: .apiToken) { return try await token(digest, now) }
        guard let claims = SessionClaims(text, keys: keys.verificationKeys, now: now),
            let account = try await repository.catalog.account(ofSession: claims.sid, now: now),
            account.id == claims.sub
        else { return nil }
        let viewer = Viewer(
            account: account.id, role: account.role, scopes: Set(Scope.allCases), proof: .session(claims.sid))
        return (viewer, Timestamp(seconds: claims.exp))
    }

    private func token(_ digest: Digest, _ now: Timestamp) async throws -> (Viewer, Timestamp?)? {
        guard let (token, account) = try await repository.catalog.token(digest),
            token.expires.map({ $0 > now }) ?? true
        else { return nil }
        // A token for an album that has gone, or that the account may not add to any more, is not valid any more.
        if let album = token.album {
            let reader = AlbumReader(account: account.id, isAdmin: false)
            guard let role = try await repository.catalog.album(album.id, for: reader)?.role, role >= .contributor
            else {
                return nil
            }
        }
        if token.dateUsed.map({ $0.advanced(bySeconds: Self.touchSeconds) < now }) ?? true {
            do {
                try await repository.catalog.touchToken(token.id, at: now)
            } catch {
                // Reading does not depend on noting the use: the catalogue may be read-only right now.
                repository.log.log(.warning, "the use of a token cannot be noted", ["reason": "\(error)"])
            }
        }
        let viewer = Viewer(
            account: account.id, role: account.role, scopes: token.scopes, proof: .token(token.id), album: token.album)
        return (viewer, token.expires)
    }

    private func anonymous(isLocal: () -> Bool) async throws -> Viewer {
        switch policy {
        case .open: .root
        case .accounts: .stranger
        case .untilAccounts: try await awaitsFirstAccount() && isLocal() ? .root : .stranger
        }
    }

    /// Whether requests may act as the built-in account because there is no other yet.
    public func awaitsFirstAccount() async throws -> Bool {
        guard policy == .untilAccounts else { return false }
        return try await !viewers.hasAccounts(at: try repository.catalog.version()) {
            try await repository.catalog.hasAccounts()
        }
    }

    private func anonymous(actingAs name: String) async throws -> Viewer {
        guard policy == .open else {
            throw ServiceError(
                .forbidden, "Only a server that was started with --access open lets a request name its account: log in."
            )
        }
        let account = try await accounts.accountOnOpenServer(named: name)
        return Viewer(account: account.id, role: account.role, scopes: Set(Scope.allCases), proof: .openAccess)
    }
}

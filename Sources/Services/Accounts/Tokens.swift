internal import CatalogStorage
public import Domain

/// API tokens: created, listed and revoked by the account that they act for.
public struct Tokens: Sendable {
    let repository: Repository

    public init(repository: Repository) {
        self.repository = repository
    }

    /// A token and its text, which is shown only once.
    public struct Issued: Sendable {
        public let token: APIToken
        public let text: String
    }

    private static let maximumTokens = 100

    /// - Throws: `invalid` if a limit is exceeded; `forbidden` if the viewer's own scopes do not include the token's;
    ///   `conflict` if there are too many.
    public func issue(
        name: String, scopes: Set<Scope>, expires: Timestamp?, quotaBytes: Int64? = nil, for viewer: Viewer
    ) async throws -> Issued {
        let account = try viewer.owner()
        let name = name.trimmed
        guard !name.isEmpty, name.count <= 100 else {
            throw ServiceError(
                .invalid, field: "name", "A token needs a name of 1 to 100 characters, for you to know it by.")
        }
        guard !scopes.isEmpty else {
            throw ServiceError(.invalid, field: "scopes", "A token needs at least one scope.")
        }
        guard scopes.isSubset(of: viewer.scopes) else {
            throw ServiceError(.forbidden, field: "scopes", "A token can have no scope that you do not have yourself.")
        }
        if let expires, expires <= .now {
            throw ServiceError(.invalid, field: "expires_at", "The token would have expired already.")
        }
        if let quotaBytes, quotaBytes < 1 {
            throw ServiceError(.invalid, field: "quota_bytes", "The quota of a token must be at least one byte.")
        }
        guard try await repository.catalog.tokens(of: account).count < Self.maximumTokens else {
            throw ServiceError(.conflict, "An account may have \(Self.maximumTokens) tokens: delete one first.")
        }
        let secret = try Secret(.apiToken)
        let token = APIToken(
            id: TokenID(), account: account, name: name, scopes: scopes, dateCreated: .now, dateUsed: nil,
            expires: expires, quotaBytes: quotaBytes)
        try await repository.catalog.addToken(token, digest: try secret.digest)
        return Issued(token: token, text: secret.text)
    }

    public func list(for viewer: Viewer) async throws -> [APIToken] {
        try await repository.catalog.tokens(of: try viewer.owner())
    }

    /// A token may revoke itself. Revoking another one needs the scope `admin`.
    public func revoke(_ id: TokenID, for viewer: Viewer) async throws {
        let account = try viewer.owner()
        guard viewer.proof == .token(id) || viewer.scopes.contains(.admin) else {
            throw ServiceError(.forbidden, "The token lacks the scope 'admin', which revoking another one needs.")
        }
        guard try await repository.catalog.deleteToken(id, of: account) else {
            throw ServiceError(.notFound, "There is no such token.")
        }
    }
}

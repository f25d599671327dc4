internal import CatalogStorage
public import Domain

/// API tokens: created, listed and revoked by the account that they act for.
public struct Tokens: Sendable {
    let repository: Repository
    private let albums: Albums

    public init(repository: Repository, albums: Albums) { (self.repository, self.albums) = (repository, albums) }

    /// A token and its text, which is shown only once.
    public struct Issued: Sendable {
        public let token: APIToken
        public let text: String
    }

    private static let maximumTokens = 100
    private static let maximumIssuedWithToken: Int64 = 10_000
    private static let maximumSecondsOfIssued = 86_400.0

    /// Issues a token. A program whose token has not the scope `admin`, such as a server for the browsers of its users, issues
    /// only tokens that read or add, for a day at most, and that end with its own.
    ///
    /// - Parameter album: the one album to which everything goes that is added with it.
    /// - Throws: `invalid` if a limit is exceeded; `forbidden` if the viewer's own scopes do not include the token's, or it
    ///   may not add images to the album; `notFound`; `conflict` if there are too many.
    public func issue(
        name: String, scopes: Set<Scope>, expires: Timestamp?, quotaBytes: Int64? = nil, album: TokenAlbum? = nil,
        for viewer: Viewer
    ) async throws -> Issued {
        let account = try viewer.owner()
        guard viewer.agent == nil else {
            throw ServiceError(.forbidden, "Nobody makes tokens for another account: log in as that one.")
        }
        let name = name.trimmed
        guard !name.isEmpty, name.count <= 100 else {
            throw ServiceError(
                .invalid, field: "name", "A token needs a name of 1 to 100 characters, for you to know it by.")
        }
        guard !scopes.isEmpty else {
            throw ServiceError(.invalid, field: "scopes", "A token needs at least one scope.")
        }
        // Whoever may write may add.
        guard scopes.isSubset(of: viewer.scopes.contains(.write) ? viewer.scopes.union([.upload]) : viewer.scopes)
        else {
            throw ServiceError(.forbidden, field: "scopes", "A token can have no scope that you do not have yourself.")
        }
        if !viewer.scopes.contains(.admin) { try Self.requireNarrow(scopes, expires) }
        if let album { try await check(album, scopes, for: viewer) }
        if let expires, expires <= .now {
            throw ServiceError(.invalid, field: "expires_at", "The token would have expired already.")
        }
        if let quotaBytes, quotaBytes < 1 {
            throw ServiceError(.invalid, field: "quota_bytes", "The quota of a token must be at least one byte.")
        }
        let issuer = viewer.scopes.contains(.admin) ? nil : viewer.token
        try await requireRoom(of: account, issuer)
        let secret = try Secret(.apiToken)
        let token = APIToken(
            id: TokenID(), account: account, name: name, scopes: scopes, dateCreated: .now, dateUsed: nil,
            expires: expires, quotaBytes: quotaBytes, album: album, issuer: issuer)
        try await repository.catalog.addToken(token, digest: try secret.digest)
        return Issued(token: token, text: secret.text)
    }

    private static func requireNarrow(_ scopes: Set<Scope>, _ expires: Timestamp?) throws {
        guard scopes.isSubset(of: [.read, .upload]) else {
            throw ServiceError(
                .forbidden, field: "scopes",
                "Without the scope 'admin' you can issue tokens with the scopes 'read' and 'upload' only.")
        }
        guard let expires, expires <= Timestamp.now.advanced(bySeconds: maximumSecondsOfIssued) else {
            throw ServiceError(
                .forbidden, field: "expires_at",
                "Without the scope 'admin' you can issue tokens for at most a day: say when it expires.")
        }
    }

    private func check(_ album: TokenAlbum, _ scopes: Set<Scope>, for viewer: Viewer) async throws {
        guard scopes == [.upload] else {
            throw ServiceError(.invalid, field: "album", "A token for one album has the scope 'upload', and no other.")
        }
        _ = try await albums.standing(album.id, for: viewer, atLeast: .contributor)
    }

    private func requireRoom(of account: AccountID, _ issuer: TokenID?) async throws {
        if let issuer {
            guard try await repository.catalog.tokenCount(issuedWith: issuer) < Self.maximumIssuedWithToken else {
                throw ServiceError(
                    .conflict,
                    "At most \(Self.maximumIssuedWithToken) tokens that were issued with one are valid at a time.")
            }
        } else {
            guard try await repository.catalog.tokens(of: account).count < Self.maximumTokens else {
                throw ServiceError(.conflict, "An account may have \(Self.maximumTokens) tokens: delete one first.")
            }
        }
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

import CatalogStorage
import Domain

/// The handle of a valid text.
func handle(_ text: String) -> Handle {
    guard let handle = Handle(text) else { preconditionFailure("\(text) is no handle") }
    return handle
}

/// A session and a token of an account.
struct Access {
    let catalog: Catalog
    let account: AccountID
    let session: SessionID
    let token: Digest

    /// Whether both give access; it is an error if only one does.
    var works: Bool {
        get async throws {
            let bySession = try await catalog.account(ofSession: session)?.id == account
            let byToken = try await catalog.token(token)?.account.id == account
            guard bySession == byToken else { throw HalfAccess() }
            return bySession
        }
    }

    struct HalfAccess: Error {}
}

extension Fixture {
    /// Adds an account without a password.
    func addAccount(_ name: String) async throws -> AccountID {
        let account = NewAccount(handle: handle(name))
        try await catalog.addAccount(account)
        return account.id
    }

    /// Adds a session and a token that do not expire soon; the token has the digest of the number.
    func addAccess(_ account: AccountID, _ number: Int) async throws -> Access {
        let (session, token) = (SessionID(), digest(number))
        let later = Timestamp.now.advanced(bySeconds: 3600)
        try await catalog.addSession(
            Session(
                id: session, account: account, userAgent: nil, address: "192.0.2.1", dateCreated: .now, dateUsed: .now,
                expires: later, ends: later))
        try await catalog.addToken(
            APIToken(
                id: TokenID(), account: account, name: "t", scopes: [.read], dateCreated: .now, dateUsed: nil,
                expires: nil), digest: token)
        return Access(catalog: catalog, account: account, session: session, token: token)
    }
}

import CatalogStorage
public import Composition
public import Domain
import HTTPTypes
import Services

extension TestApplication {
    /// Runs a body with an application in which only accounts may write, and which makes renditions only on request.
    ///
    /// A request without a token comes from a stranger.
    public static func runWithAccounts<Result: Sendable>(
        settings change: (inout ServerSettings) throws -> Void = { _ in },
        _ body: @escaping @Sendable (TestApplication) async throws -> Result
    ) async throws -> Result {
        try await run(
            settings: { settings in
                (settings.access, settings.derivationTime) = (.accounts, .never)
                try change(&settings)
            }, body)
    }

    /// Issues a token of an account, which is created if it does not exist.
    ///
    /// The account has no password, because hashing one takes time and a token does not need one.
    public func token(
        of handle: String, role: Account.Role = .member, scopes: Set<Scope> = Set(Scope.allCases),
        quotaBytes: Int64? = nil
    ) async throws -> String {
        let account = try await account(handle, role: role, quotaBytes: quotaBytes)
        let issuer = Viewer(account: account.id, role: account.role, scopes: Set(Scope.allCases), proof: .openAccess)
        return try await Tokens(repository: assembly.repository, albums: Albums(repository: assembly.repository))
            .issue(name: "test", scopes: scopes, expires: nil, for: issuer).text
    }

    /// Adds an account that could log in, so that the server no longer waits for its first one.
    public func addKeeper() async throws {
        let keeper = NewAccount(handle: try Handle("keeper").require("a handle"), role: .admin, passwordHash: "x")
        try await assembly.repository.catalog.addAccount(keeper)
    }

    /// An account, which is made without a password if there is none.
    @discardableResult
    public func account(
        _ handle: String, role: Account.Role = .member, quotaBytes: Int64? = nil
    ) async throws -> Account {
        let handle = try Handle(handle).require("a handle")
        let catalog = assembly.repository.catalog
        if let account = try await catalog.account(handle) { return account }
        try await catalog.addAccount(NewAccount(handle: handle, role: role, quotaBytes: quotaBytes))
        return try await catalog.account(handle).require("an account")
    }
}

/// A requirement of a test is missing.
public struct Missing: Error, CustomStringConvertible {
    public let description: String
}

extension Optional {
    func require(_ noun: String) throws -> Wrapped {
        guard let self else { throw Missing(description: "\(noun) is missing") }
        return self
    }
}

import SystemIO
import CatalogStorage
import Domain
import KeyStorage
import TestApplication
import Testing

@testable import Composition
@testable import Services

@Suite struct AuthenticatorTests {
    private static func authenticator(
        _ policy: AccessPolicy, _ application: TestApplication
    ) throws -> Authenticator {
        let assembly = application.assembly
        return Authenticator(
            repository: assembly.repository, keys: try KeyRing(dataFolder: FilePath(application.folder)),
            accounts: assembly.accounts, policy: policy)
    }

    @Test func `the policy decides about a request without credentials`() async throws {
        try await TestApplication.run { application in
            for (policy, isLocal, viewer) in [
                (.open, true, .root), (.open, false, .root), (.accounts, true, .stranger),
                (.untilAccounts, true, .root), (.untilAccounts, false, .stranger),
            ] as [(AccessPolicy, Bool, Viewer)] {
                let authenticator = try Self.authenticator(policy, application)
                #expect(
                    try await authenticator.viewer(showing: .none(actingAs: nil), isLocal: { isLocal }) == viewer)
            }
            // Nobody can log in to an account without a password.
            try await application.account("ada")
            let before = try Self.authenticator(.untilAccounts, application)
            #expect(try await before.viewer(showing: .none(actingAs: nil), isLocal: { true }) == .root)
            let handle = try #require(Handle("bob"))
            try await application.assembly.repository.catalog.addAccount(NewAccount(handle: handle, passwordHash: "x"))
            let after = try Self.authenticator(.untilAccounts, application)
            #expect(try await after.viewer(showing: .none(actingAs: nil), isLocal: { true }) == .stranger)
        }
    }

    @Test func `a request may name its account on an open server`() async throws {
        try await TestApplication.run { application in
            let account = try await application.account("ada")
            let open = try Self.authenticator(.open, application)
            let viewer = try await open.viewer(showing: .none(actingAs: "ADA")) { false }
            #expect(viewer.account == account.id && viewer.proof == .openAccess && !viewer.isAdmin)
        }
    }

    @Test func `a token is valid until it expires, and its use is recorded`() async throws {
        try await TestApplication.run { application in
            let catalog = application.assembly.repository.catalog
            let account = try await application.account("ada")
            let authenticator = try Self.authenticator(.accounts, application)
            for (seconds, expected) in [(60.0, nil), (-1, .unauthenticated)] as [(Double, ServiceError.Code?)] {
                let secret = try Secret(.apiToken)
                let token = APIToken(
                    id: TokenID(), account: account.id, name: "x", scopes: [.read], dateCreated: .now, dateUsed: nil,
                    expires: Timestamp.now.advanced(bySeconds: seconds))
                try await catalog.addToken(token, digest: try secret.digest)
                let found = try await code {
                    let viewer = try await authenticator.viewer(showing: .bearer(secret.text)) { false }
                    #expect(viewer.proof == .token(token.id) && viewer.scopes == [.read])
                }
                #expect(found == expected)
                let used = try await catalog.tokens(of: account.id).first { $0.id == token.id }?.dateUsed
                #expect((used != nil) == (expected == nil))
            }
        }
    }
}

import SystemIO
import CatalogStorage
import Domain
import JOSE
import KeyStorage
import TestApplication
import Testing

@testable import Composition
@testable import Services

@Suite struct SessionsTests {
    /// For tests of sessions: the sessions, the authenticator of their tokens, and a session of `ada` without a login.
    private struct Scene: Sendable {
        let sessions: Sessions
        let authenticator: Authenticator
        let catalog: Catalog
        let account: Account
        let refreshToken: String

        func viewer(_ token: String) async throws -> Viewer {
            try await authenticator.viewer(showing: .bearer(token)) { false }
        }
    }

    private static func run(
        expires seconds: Double = 3600, _ body: @escaping @Sendable (Scene) async throws -> Void
    ) async throws {
        try await TestApplication.run { application in
            let assembly = application.assembly
            let keys = try KeyRing(dataFolder: FilePath(application.folder))
            let sessions = Sessions(
                repository: assembly.repository, passwords: assembly.passwords, keys: keys)
            let authenticator = Authenticator(
                repository: assembly.repository, keys: keys, accounts: assembly.accounts,
                policy: .accounts)
            let (account, now) = (try await application.account("ada"), Timestamp.now)
            let session = Session(
                id: SessionID(), account: account.id, userAgent: nil, address: "192.0.2.1",
                dateCreated: now.advanced(bySeconds: -60), dateUsed: now.advanced(bySeconds: -60),
                expires: now.advanced(bySeconds: seconds), ends: now.advanced(bySeconds: 2 * seconds))
            try await assembly.repository.catalog.addSession(session)
            let refresh = RefreshToken(session: session.id, generation: 1)
            try await body(
                Scene(
                    sessions: sessions, authenticator: authenticator, catalog: assembly.repository.catalog,
                    account: account,
                    refreshToken: try refresh.text(signedWith: try keys.signingKey())))
        }
    }

    @Test func `a session continues with the token of each refresh, and ends`() async throws {
        try await Self.run { scene in
            let first = try await scene.sessions.refresh(scene.refreshToken)
            #expect(first.account.id == scene.account.id)
            let viewer = try await scene.viewer(first.token)
            #expect(viewer.account == scene.account.id && viewer.proof == .session(first.session))
            let second = try await scene.sessions.refresh(first.refreshToken)
            #expect(second.session == first.session && second.refreshToken != first.refreshToken)
            try await scene.sessions.logOut(try await scene.viewer(second.token))
            #expect(try await code { _ = try await scene.viewer(second.token) } == .unauthenticated)
            #expect(
                try await code { _ = try await scene.sessions.refresh(second.refreshToken) } == .unauthenticated)
            #expect(try await code { try await scene.sessions.logOut(.root) } == .invalid)
        }
    }

    @Test func `a refresh token that is used again late ends the session`() async throws {
        try await Self.run { scene in
            // The refresh was a minute ago: a client without its answer would have repeated the request by now.
            let keys = scene.sessions.keys
            let first = try #require(try RefreshToken(scene.refreshToken, keys: keys.verificationKeys))
            let outcome = try await scene.catalog.refreshSession(
                first.session, generation: 1, expires: Timestamp.now.advanced(bySeconds: 3600),
                now: Timestamp.now.advanced(bySeconds: -60))
            guard case .refreshed(_, _, generation: 2) = outcome else {
                Issue.record("the session is not there")
                return
            }
            let next = try RefreshToken(session: first.session, generation: 2).text(signedWith: try keys.signingKey())
            let reused = try await code { _ = try await scene.sessions.refresh(scene.refreshToken) }
            #expect(reused == .unauthenticated)
            #expect(try await code { _ = try await scene.sessions.refresh(next) } == .unauthenticated)
        }
    }

    @Test func `a refresh that is repeated at once gives the same token`() async throws {
        try await Self.run { scene in
            let first = try await scene.sessions.refresh(scene.refreshToken)
            let again = try await scene.sessions.refresh(scene.refreshToken)
            #expect(first.refreshToken == again.refreshToken && first.session == again.session)
            let next = try await scene.sessions.refresh(first.refreshToken)
            // The successor was used: its predecessor ends the session.
            #expect(try await code { _ = try await scene.sessions.refresh(scene.refreshToken) } == .unauthenticated)
            #expect(try await code { _ = try await scene.sessions.refresh(next.refreshToken) } == .unauthenticated)
        }
    }

    @Test func `a refresh token that no key has made is refused, and ends nothing`() async throws {
        try await Self.run { (scene) async throws in
            let keys = scene.sessions.keys
            let first = try #require(try RefreshToken(scene.refreshToken, keys: keys.verificationKeys))
            let forged = try RefreshToken(session: first.session, generation: 0).text(
                signedWith: SigningKey(id: "x", secret: [UInt8](repeating: 7, count: 32)))
            #expect(try await code { _ = try await scene.sessions.refresh(forged) } == .unauthenticated)
            for place in [4, 20, 40, 70] {
                var bytes = Array(scene.refreshToken.utf8)
                bytes[place] = bytes[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
                let changed = String(decoding: bytes, as: UTF8.self)
                #expect(try await code { _ = try await scene.sessions.refresh(changed) } == .unauthenticated)
            }
            #expect(try await scene.sessions.refresh(scene.refreshToken).session == first.session)
        }
    }

    @Test func `sessions are listed and ended, one or all`() async throws {
        try await Self.run { scene in
            let viewer = try await scene.viewer(try await scene.sessions.refresh(scene.refreshToken).token)
            let listed = try await scene.sessions.list(for: viewer)
            let session = try #require(listed.first)
            #expect(listed.count == 1 && viewer.proof == .session(session.id))
            #expect(try await code { try await scene.sessions.end(SessionID(), for: viewer) } == .notFound)
            try await scene.sessions.end(session.id, for: viewer)
            #expect(try await scene.sessions.list(for: viewer) == [])
            try await scene.sessions.endAll(for: viewer)
        }
    }

    @Test func `a session that another process has ended, or whose account it has disabled, counts no more`()
        async throws
    {
        for endsSession in [true, false] {
            try await Self.run { scene in
                let token = try await scene.sessions.refresh(scene.refreshToken).token
                let viewer = try await scene.viewer(token)
                #expect(try await scene.viewer(token) == viewer)
                if endsSession {
                    _ = try await scene.catalog.endSessions(of: scene.account.id)
                } else {
                    var changes = AccountChanges()
                    changes.isDisabled = true
                    _ = try await scene.catalog.updateAccount(scene.account.id, changes)
                }
                #expect(try await code { _ = try await scene.viewer(token) } == .unauthenticated)
            }
        }
    }

    @Test func `an expired session, or one of another account, is refused`() async throws {
        try await Self.run(expires: -1) { (scene) async throws in
            for token in [scene.refreshToken, "", "x", "ttr_", "tt_" + scene.refreshToken, scene.refreshToken + "x"] {
                #expect(try await code { _ = try await scene.sessions.refresh(token) } == .unauthenticated)
            }
        }
    }

    @Test func `a token is valid until it expires, and only on its own server`() async throws {
        try await Self.run { scene in
            let grant = try await scene.sessions.refresh(scene.refreshToken)
            #expect(abs(grant.expires.seconds - Timestamp.now.seconds - 900) < 60)
            let keys = scene.sessions.keys.verificationKeys
            for (offset, isBelieved) in [(0.0, true), (890, true), (901, false), (-30, true), (-120, false)] {
                let now = Timestamp.now.advanced(bySeconds: offset)
                #expect((SessionClaims(grant.token, keys: keys, now: now) != nil) == isBelieved, "\(offset)")
            }
            for token in ["", "a.b.c", grant.token + "x", String(grant.token.dropLast(2)), grant.refreshToken] {
                #expect(try await code { _ = try await scene.viewer(token) } == .unauthenticated)
            }
        }
    }

    @Test func `the session of a disabled account is not valid`() async throws {
        try await Self.run { scene in
            let grant = try await scene.sessions.refresh(scene.refreshToken)
            var changes = AccountChanges()
            changes.isDisabled = true
            _ = try await scene.catalog.updateAccount(scene.account.id, changes)
            #expect(try await code { _ = try await scene.viewer(grant.token) } == .unauthenticated)
            #expect(try await code { _ = try await scene.sessions.refresh(grant.refreshToken) } == .unauthenticated)
        }
    }

    @Test func `a stale cookie counts as no credentials`() async throws {
        try await Self.run { scene in
            let grant = try await scene.sessions.refresh(scene.refreshToken)
            #expect(
                try await scene.authenticator.viewer(showing: .cookie(grant.token), isLocal: { false }).account
                    == scene.account.id)
            #expect(try await scene.authenticator.viewer(showing: .cookie("x"), isLocal: { true }) == .stranger)
            #expect(
                try await scene.authenticator.viewer(showing: .none(actingAs: nil), isLocal: { true }) == .stranger)
            let named = Authenticator.Credentials.none(actingAs: "ada")
            #expect(try await code { _ = try await scene.authenticator.viewer(showing: named) { true } } == .forbidden)
        }
    }
}

@Suite struct DeviceTokenTests {
    @Test func `a device token names its account and device, and only a key of the server makes one`() throws {
        let (key, other) = (
            SigningKey(id: "a", secret: [UInt8](repeating: 1, count: 32)),
            SigningKey(id: "b", secret: [UInt8](repeating: 2, count: 32))
        )
        let token = try DeviceToken(account: .root)
        let text = try token.text(signedWith: key)
        let read = try #require(try DeviceToken(text, keys: [other, key]))
        #expect(read.account == .root && read.id == token.id)
        #expect(try DeviceToken(account: .root).id != token.id)
        for (text, keys) in [
            (text, [other]), (text, []), (text + "x", [key]), ("", [key]), (String(text.dropLast()), [key]),
        ] {
            #expect(try DeviceToken(text, keys: keys)?.id == nil)
        }
    }
}

import CatalogStorage
import Domain
import SQL
import SQLite
import Testing

private let start = Timestamp(seconds: 1_800_000_000)

private func after(_ seconds: Double) -> Timestamp { start.advanced(bySeconds: seconds) }

@Suite struct SessionTests {
    @Test func `a session lasts until it expires or is ended`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let (alice, bob) = try await (fixture.addAccount("alice"), fixture.addAccount("bob"))
            let (hers, his) = (SessionID(), SessionID())
            try await catalog.addSession(hers, of: alice, refresh: digest(1), expires: after(60), now: start)
            try await catalog.addSession(his, of: bob, refresh: digest(2), expires: after(90), now: start)
            #expect(try await catalog.account(ofSession: hers, now: after(59))?.id == alice)
            #expect(try await catalog.account(ofSession: his, now: after(59))?.id == bob)
            #expect(try await catalog.account(ofSession: hers, now: after(60)) == nil)
            #expect(try await catalog.account(ofSession: SessionID(), now: start) == nil)
            #expect(try await catalog.endSession(his))
            #expect(try await !catalog.endSession(his))
            #expect(try await catalog.account(ofSession: his, now: start) == nil)
            #expect(try await catalog.account(ofSession: hers, now: start)?.id == alice)
        }
    }

    @Test func `the oldest sessions are removed if there are too many, and all expired ones`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let (alice, bob) = try await (fixture.addAccount("alice"), fixture.addAccount("bob"))
            let his = SessionID()
            try await catalog.addSession(his, of: bob, refresh: digest(99), expires: after(1000), now: start)
            let sessions = (0..<5).map { _ in SessionID() }
            for (number, session) in sessions.enumerated() {
                try await catalog.addSession(
                    session, of: alice, refresh: digest(number), expires: after(number == 3 ? 4 : 1000), atMost: 3,
                    now: after(Double(number)))
            }
            var left: [Int] = []
            for (number, session) in sessions.enumerated()
            where try await catalog.account(ofSession: session, now: start) != nil {
                left.append(number)
            }
            // The fourth expired at the moment when the fifth began.
            #expect(left == [1, 2, 4])
            #expect(try await catalog.account(ofSession: his, now: start)?.id == bob)
        }
    }

    @Test func `a refresh token is replaced, and the former one is valid for a while`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let alice = try await fixture.addAccount("alice")
            let session = SessionID()
            try await catalog.addSession(session, of: alice, refresh: digest(1), expires: after(100), now: start)
            func refresh(_ former: Int, to next: Int, at seconds: Double) async throws -> String {
                let outcome = try await catalog.refreshSession(
                    digest(former), to: digest(next), expires: after(seconds + 100), graceSeconds: 30,
                    now: after(seconds))
                switch outcome {
                case .refreshed(let id, let account):
                    return id == session && account.id == alice ? "refreshed" : "other"
                case .unknown: return "unknown"
                case .reused: return "reused"
                }
            }
            #expect(try await refresh(9, to: 2, at: 10) == "unknown")
            #expect(try await refresh(1, to: 2, at: 50) == "refreshed")
            // It expires a time after its last use.
            #expect(try await catalog.account(ofSession: session, now: after(140))?.id == alice)
            // The response was lost, and the client repeats the request with the token that it has.
            #expect(try await refresh(1, to: 3, at: 79) == "refreshed")
            #expect(try await refresh(3, to: 4, at: 100) == "refreshed")
            // Much later it must be a stolen copy, and the session ends for both.
            #expect(try await refresh(3, to: 5, at: 130) == "reused")
            #expect(try await refresh(4, to: 5, at: 131) == "unknown")
            #expect(try await catalog.account(ofSession: session, now: after(131)) == nil)
        }
    }

    @Test func `an expired session, or one of a disabled account, is not refreshed`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let alice = try await fixture.addAccount("alice")
            let session = SessionID()
            try await catalog.addSession(session, of: alice, refresh: digest(1), expires: after(100), now: start)
            let late = try await catalog.refreshSession(digest(1), to: digest(2), expires: after(900), now: after(100))
            guard case .unknown = late else {
                Issue.record("an expired session was refreshed")
                return
            }
            // As if it were disabled between the two queries.
            try await fixture.database.write { session in
                _ = try session.execute("UPDATE accounts SET is_disabled = 1 WHERE handle_key = 'alice'")
            }
            let barred = try await catalog.refreshSession(digest(1), to: digest(2), expires: after(900), now: after(10))
            guard case .unknown = barred else {
                Issue.record("a disabled account's session goes on")
                return
            }
            #expect(try await catalog.account(ofSession: session, now: after(10)) == nil)
        }
    }

    @Test func `refreshing one session does not affect the others`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let alice = try await fixture.addAccount("alice")
            let (first, second) = (SessionID(), SessionID())
            try await catalog.addSession(first, of: alice, refresh: digest(1), expires: after(100), now: start)
            try await catalog.addSession(second, of: alice, refresh: digest(2), expires: after(100), now: start)
            _ = try await catalog.refreshSession(digest(1), to: digest(3), expires: after(500), now: after(10))
            #expect(try await catalog.account(ofSession: second, now: after(100)) == nil)
            // The first token of the first session is used again, which ends only that session.
            _ = try await catalog.refreshSession(digest(1), to: digest(4), expires: after(500), now: after(90))
            #expect(try await catalog.account(ofSession: first, now: after(90)) == nil)
            #expect(try await catalog.account(ofSession: second, now: after(90))?.id == alice)
        }
    }
}

@Suite struct TokenTests {
    private func token(_ account: AccountID, _ name: String, scopes: Set<Scope> = [.read]) -> APIToken {
        APIToken(
            id: TokenID(), account: account, name: name, scopes: scopes, dateCreated: start, dateUsed: nil,
            expires: nil)
    }

    @Test func `a token is found by its digest, with its account`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let alice = try await fixture.addAccount("alice")
            let all = APIToken(
                id: TokenID(), account: alice, name: "all", scopes: [.read, .write, .admin], dateCreated: start,
                dateUsed: nil, expires: after(5))
            let none = token(alice, "none", scopes: [])
            try await catalog.addToken(all, digest: digest(1))
            try await catalog.addToken(none, digest: digest(2))
            let found = try #require(try await catalog.token(digest(1)))
            #expect(found.token == all && found.account.id == alice)
            #expect(try await catalog.token(digest(2))?.token == none)
            #expect(try await catalog.token(digest(3)) == nil)
            try await catalog.touchToken(all.id, at: after(7))
            #expect(try await catalog.token(digest(1))?.token.dateUsed == after(7))
            #expect(try await catalog.token(digest(2))?.token.dateUsed == nil)
        }
    }

    @Test func `the token of a disabled account is not valid`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let alice = try await fixture.addAccount("alice")
            try await fixture.catalog.addToken(token(alice, "t"), digest: digest(1))
            // As if it were disabled between the two queries.
            try await fixture.database.write { session in
                _ = try session.execute("UPDATE accounts SET is_disabled = 1 WHERE handle_key = 'alice'")
            }
            #expect(try await fixture.catalog.token(digest(1)) == nil)
        }
    }

    @Test func `tokens are listed and removed by account`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let (alice, bob) = try await (fixture.addAccount("alice"), fixture.addAccount("bob"))
            let hers = [token(alice, "1"), token(alice, "2"), token(alice, "3")]
            let his = token(bob, "his")
            for (number, token) in (hers + [his]).enumerated() {
                try await catalog.addToken(token, digest: digest(number))
            }
            #expect(try await Set(catalog.tokens(of: alice).map(\.name)) == ["1", "2", "3"])
            #expect(try await catalog.tokens(of: bob) == [his])
            #expect(try await !catalog.deleteToken(hers[0].id, of: bob))
            #expect(try await catalog.deleteToken(hers[0].id, of: alice))
            #expect(try await !catalog.deleteToken(hers[0].id, of: alice))
            #expect(try await Set(catalog.tokens(of: alice).map(\.name)) == ["2", "3"])
            #expect(try await catalog.tokens(of: bob) == [his])
        }
    }
}

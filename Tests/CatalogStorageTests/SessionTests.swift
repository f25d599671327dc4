import CatalogStorage
import Domain
import SQL
import SQLite
import Testing

private let start = Timestamp(seconds: 1_800_000_000)

private func after(_ seconds: Double) -> Timestamp { start.advanced(bySeconds: seconds) }

@Suite struct SessionTests {
    private func session(
        _ account: AccountID, expires seconds: Double = 100, from begin: Double = 0, ends: Double = 1000
    ) -> Session {
        Session(
            id: SessionID(), account: account, userAgent: "agent", address: "192.0.2.1", dateCreated: after(begin),
            dateUsed: after(begin), expires: after(seconds), ends: after(ends))
    }

    private func refresh(
        _ session: Session, _ generation: Int64, at seconds: Double, in catalog: Catalog
    ) async throws -> String {
        let outcome = try await catalog.refreshSession(
            session.id, generation: generation, expires: after(seconds + 100), graceSeconds: 30, now: after(seconds))
        switch outcome {
        case .refreshed(let found, let account, let generation):
            return found.id == session.id && account.id == session.account ? "\(generation)" : "other"
        case .unknown: return "unknown"
        case .reused(let account): return account == session.account ? "reused" : "other"
        }
    }

    @Test func `a session lasts until it expires or is ended`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let (alice, bob) = try await (fixture.addAccount("alice"), fixture.addAccount("bob"))
            let (hers, his) = (session(alice, expires: 60), session(bob, expires: 90))
            try await catalog.addSession(hers)
            try await catalog.addSession(his)
            #expect(try await catalog.account(ofSession: hers.id, now: after(59))?.id == alice)
            #expect(try await catalog.account(ofSession: his.id, now: after(59))?.id == bob)
            #expect(try await catalog.account(ofSession: hers.id, now: after(60)) == nil)
            #expect(try await catalog.account(ofSession: SessionID(), now: start) == nil)
            #expect(try await !catalog.endSession(his.id, of: alice))
            #expect(try await catalog.endSession(his.id, of: bob))
            #expect(try await !catalog.endSession(his.id, of: bob))
            #expect(try await catalog.account(ofSession: his.id, now: start) == nil)
            #expect(try await catalog.account(ofSession: hers.id, now: start)?.id == alice)
        }
    }

    @Test func `the oldest sessions are removed if there are too many, and all expired ones`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let (alice, bob) = try await (fixture.addAccount("alice"), fixture.addAccount("bob"))
            let his = session(bob, expires: 1000)
            try await catalog.addSession(his)
            let sessions = (0..<5).map { number in
                session(alice, expires: number == 3 ? 4 : 1000, from: Double(number))
            }
            for session in sessions { try await catalog.addSession(session, atMost: 3) }
            // The fourth expired at the moment when the fifth began.
            #expect(try await catalog.sessions(of: alice, now: after(4)) == [sessions[4], sessions[2], sessions[1]])
            #expect(try await catalog.sessions(of: bob, now: after(4)) == [his])
            #expect(try await catalog.endSessions(of: alice) == 3)
            #expect(try await catalog.sessions(of: alice, now: after(4)) == [])
            #expect(try await catalog.sessions(of: bob, now: after(4)) == [his])
        }
    }

    @Test func `the generation before is accepted for a while, until its successor is used`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let session = session(try await fixture.addAccount("alice"))
            try await catalog.addSession(session)
            #expect(try await refresh(session, 2, at: 10, in: catalog) == "unknown")
            #expect(try await refresh(session, 1, at: 50, in: catalog) == "2")
            // It expires a time after its last use.
            #expect(try await catalog.account(ofSession: session.id, now: after(149)) != nil)
            // The response was lost, and the client repeats the request: it gets the same successor.
            #expect(try await refresh(session, 1, at: 60, in: catalog) == "2")
            #expect(try await refresh(session, 1, at: 79, in: catalog) == "2")
            #expect(try await catalog.account(ofSession: session.id, now: after(150)) == nil)
            #expect(try await refresh(session, 2, at: 79, in: catalog) == "3")
            // The successor was used: the first one must be a stolen copy, and the session ends for both.
            #expect(try await refresh(session, 1, at: 80, in: catalog) == "reused")
            #expect(try await refresh(session, 3, at: 81, in: catalog) == "unknown")
        }
    }

    @Test(arguments: [1, 2, 3] as [Int64])
    func `any earlier generation ends the session`(generation: Int64) async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let session = session(try await fixture.addAccount("alice"))
            try await catalog.addSession(session)
            for number in 1...3 as ClosedRange<Int64> {
                #expect(try await refresh(session, number, at: Double(number), in: catalog) == "\(number + 1)")
            }
            #expect(try await refresh(session, generation, at: 40, in: catalog) == "reused")
            #expect(try await catalog.account(ofSession: session.id, now: after(40)) == nil)
        }
    }

    @Test func `no refresh lasts beyond the absolute end`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let session = session(try await fixture.addAccount("alice"), ends: 120)
            try await catalog.addSession(session)
            #expect(try await refresh(session, 1, at: 90, in: catalog) == "2")
            #expect(try await catalog.sessions(of: session.account, now: after(119)).first?.expires == after(120))
            #expect(try await refresh(session, 2, at: 120, in: catalog) == "unknown")
        }
    }

    @Test func `an expired session, or one of a disabled account, is not refreshed`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let session = session(try await fixture.addAccount("alice"))
            try await catalog.addSession(session)
            #expect(try await refresh(session, 1, at: 100, in: catalog) == "unknown")
            // As if it were disabled between the two queries.
            try await fixture.database.write { session in
                _ = try session.execute("UPDATE accounts SET is_disabled = 1 WHERE handle_key = 'alice'")
            }
            #expect(try await refresh(session, 1, at: 10, in: catalog) == "unknown")
            #expect(try await catalog.account(ofSession: session.id, now: after(10)) == nil)
        }
    }

    @Test func `refreshing one session does not affect the others`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let alice = try await fixture.addAccount("alice")
            let (first, second) = (session(alice), session(alice))
            try await catalog.addSession(first)
            try await catalog.addSession(second)
            #expect(try await refresh(first, 1, at: 10, in: catalog) == "2")
            #expect(try await catalog.account(ofSession: second.id, now: after(100)) == nil)
            // The first token of the first session is used again, which ends only that session.
            #expect(try await refresh(first, 1, at: 90, in: catalog) == "reused")
            #expect(try await catalog.account(ofSession: first.id, now: after(90)) == nil)
            #expect(try await catalog.account(ofSession: second.id, now: after(90))?.id == alice)
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

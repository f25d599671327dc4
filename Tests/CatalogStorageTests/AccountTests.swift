import CatalogStorage
import Domain
import SQL
import SQLite
import Testing

private let start = Timestamp(seconds: 1_800_000_000)

@Suite struct AccountTests {
    @Test func `an account is found by its id, and by its handle in any case`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let new = NewAccount(
                handle: handle("Alice"), role: .admin, passwordHash: "hash", quotaBytes: 5000, dateCreated: start)
            try await fixture.catalog.addAccount(new)
            try await fixture.catalog.addAccount(NewAccount(handle: handle("bob")))
            let account = try #require(try await fixture.catalog.account(new.id))
            #expect(
                account
                    == Account(
                        id: new.id, handle: handle("Alice"), role: .admin, isDisabled: false, hasPassword: true,
                        quotaBytes: 5000, bytesUsed: 0, imageCount: 0, dateCreated: start))
            #expect(account.handle.description == "Alice")
            #expect(try await fixture.catalog.account(handle("aLICE")) == account)
            #expect(try await fixture.catalog.account(handle("alic")) == nil)
            #expect(try await fixture.catalog.account(AccountID()) == nil)
            let bob = try #require(try await fixture.catalog.account(handle("bob")))
            #expect(bob.role == .member && !bob.hasPassword && bob.quotaBytes == nil)
        }
    }

    @Test func `a handle can be used once, whatever its case`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            try await fixture.catalog.addAccount(NewAccount(handle: handle("alice")))
            #expect(
                await catalogError { try await fixture.catalog.addAccount(NewAccount(handle: handle("ALICE"))) }
                    == .handleTaken)
        }
    }

    @Test func `an invitation is valid once, until it expires`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            func invite(_ number: Int, expires: Double) async throws {
                try await catalog.addInvitation(
                    InvitationID(), digest: digest(number), by: .root, expires: start.advanced(bySeconds: expires),
                    now: start)
            }
            func join(_ name: String, _ number: Int, after seconds: Double) async -> CatalogError.Code? {
                await catalogError {
                    let account = NewAccount(handle: handle(name), dateCreated: start.advanced(bySeconds: seconds))
                    try await catalog.addAccount(account, on: .invitation(digest(number)))
                }
            }
            for number in 1...3 { try await invite(number, expires: 60) }
            #expect(await join("alice", 1, after: 59) == nil)
            #expect(await join("bob", 1, after: 59) == .noInvitation)
            #expect(await join("bob", 2, after: 60) == .noInvitation)
            #expect(await join("bob", 9, after: 0) == .noInvitation)
            #expect(try await catalog.account(handle("bob")) == nil)
            // A registration that is refused because of its handle does not use the invitation up.
            #expect(await join("alice", 3, after: 1) == .handleTaken)
            #expect(await join("bob", 3, after: 1) == nil)
        }
    }

    @Test func `expired invitations are removed with the next one`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            func invite(_ number: Int, expires: Double, now: Double) async throws {
                try await fixture.catalog.addInvitation(
                    InvitationID(), digest: digest(number), by: .root, expires: start.advanced(bySeconds: expires),
                    now: start.advanced(bySeconds: now))
            }
            try await invite(1, expires: 60, now: 0)
            try await invite(2, expires: 61, now: 0)
            try await invite(3, expires: 90, now: 60)
            let left = try await fixture.database.read { session in
                try session.integer("SELECT count(*) FROM invitations")
            }
            #expect(left == 2)
        }
    }

    @Test func `reports whether anybody can log in`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            try await fixture.catalog.addAccount(NewAccount(handle: handle("alice")))
            #expect(try await !fixture.catalog.hasAccounts())
            try await fixture.catalog.addAccount(NewAccount(handle: handle("bob"), passwordHash: "hash"))
            #expect(try await fixture.catalog.hasAccounts())
        }
    }

    @Test(arguments: [(1, 1), (2, 2), (3, 3), (4, 4), (5, 4), (0, 1), (5000, 4)])
    func `accounts are listed in pages, by their handles`(limit: Int, shown: Int) async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            for name in ["carol", "Alice", "bob"] {
                try await fixture.catalog.addAccount(NewAccount(handle: handle(name)))
            }
            var names: [String] = []
            var cursor: Cursor?
            repeat {
                let page = try await fixture.catalog.accounts(after: cursor, limit: limit)
                names += page.elements.map(\.handle.description)
                if cursor == nil { #expect(page.elements.count == shown && (page.next == nil) == (shown == 4)) }
                cursor = page.next
            } while cursor != nil && names.count < 10
            #expect(names == ["Alice", "bob", "carol", "root"])
        }
    }

    @Test func `a cursor of another list is refused`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            for cursor in [
                Cursor(order: "jobs", key: .text("a"), tie: 0), Cursor(order: "accounts", key: .none, tie: 0),
            ] {
                #expect(
                    await catalogError { _ = try await fixture.catalog.accounts(after: cursor, limit: 5) }
                        == .foreignCursor)
            }
        }
    }

    @Test func `the hash of a password can be read and changed`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let (alice, bob) = try await (fixture.addAccount("alice"), fixture.addAccount("bob"))
            #expect(try await catalog.credentials(of: handle("alice"))?.passwordHash == nil)
            #expect(try await catalog.credentials(of: handle("nobody")) == nil)
            #expect(try await catalog.setPassword(of: alice, hash: "one", endsAccess: false))
            let found = try #require(try await catalog.credentials(of: handle("ALICE")))
            #expect(found.account.id == alice && found.passwordHash == "one")
            #expect(try await catalog.credentials(of: handle("bob"))?.passwordHash == nil)
            #expect(try await catalog.account(bob)?.hasPassword == false)
            #expect(try await !catalog.setPassword(of: AccountID(), hash: "two", endsAccess: true))
        }
    }

    @Test(arguments: [true, false])
    func `another password ends the account's sessions and tokens on request`(endsAccess: Bool) async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let (alice, bob) = try await (fixture.addAccount("alice"), fixture.addAccount("bob"))
            let accesses = try await [alice: fixture.addAccess(alice, 1), bob: fixture.addAccess(bob, 3)]
            try await fixture.catalog.setPassword(of: alice, hash: "new", endsAccess: endsAccess)
            #expect(try await accesses[alice]?.works == !endsAccess)
            #expect(try await accesses[bob]?.works == true)
        }
    }

    @Test func `changes only the given members`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let (alice, bob) = try await (fixture.addAccount("alice"), fixture.addAccount("bob"))
            let before = try #require(try await catalog.account(bob))
            var changes = AccountChanges()
            changes.role = .admin
            #expect(try await catalog.updateAccount(alice, changes)?.role == .admin)
            changes = AccountChanges()
            changes.quotaBytes = 77
            let limited = try #require(try await catalog.updateAccount(alice, changes))
            #expect(limited.quotaBytes == 77 && limited.role == .admin && !limited.isDisabled)
            changes.quotaBytes = .some(nil)
            #expect(try await catalog.updateAccount(alice, changes)?.quotaBytes == nil)
            changes = AccountChanges()
            changes.isDisabled = true
            #expect(try await catalog.updateAccount(alice, changes)?.isDisabled == true)
            #expect(try await catalog.updateAccount(alice, AccountChanges())?.isDisabled == true)
            #expect(try await catalog.account(bob) == before)
            #expect(try await catalog.updateAccount(AccountID(), changes) == nil)
        }
    }

    @Test func `a disabled account loses its sessions and tokens, and does not get them back`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let (alice, bob) = try await (fixture.addAccount("alice"), fixture.addAccount("bob"))
            let (hers, his) = try await (fixture.addAccess(alice, 1), fixture.addAccess(bob, 3))
            var changes = AccountChanges()
            changes.isDisabled = false
            _ = try await fixture.catalog.updateAccount(alice, changes)
            #expect(try await hers.works)
            changes.isDisabled = true
            _ = try await fixture.catalog.updateAccount(alice, changes)
            #expect(try await !hers.works)
            #expect(try await his.works)
            changes.isDisabled = false
            _ = try await fixture.catalog.updateAccount(alice, changes)
            #expect(try await !hers.works)
        }
    }

    @Test func `transfers images, except those that the other account has already`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let (alice, bob) = try await (fixture.addAccount("alice"), fixture.addAccount("bob"))
            var hers: [ImageID] = []
            for number in 1...4 { hers.append(try await fixture.add(number, Sample(owner: alice)).id) }
            let his = try await fixture.add(1, Sample(owner: bob)).id
            let others = try await fixture.add(9).id
            #expect(try await Set(catalog.images(ownedBy: alice, limit: 10)) == Set(hers))
            #expect(try await catalog.images(ownedBy: alice, limit: 2).count == 2)
            #expect(try await catalog.transferImages(from: alice, to: bob, limit: 2) == 2)
            #expect(try await catalog.transferImages(from: alice, to: bob, limit: 2) == 1)
            #expect(try await catalog.transferImages(from: alice, to: bob, limit: 2) == 0)
            #expect(try await catalog.images(ownedBy: alice, limit: 10) == [hers[0]])
            #expect(try await Set(catalog.images(ownedBy: bob, limit: 10)) == Set(hers.dropFirst() + [his]))
            #expect(try await catalog.images(ownedBy: .root, limit: 10) == [others])
            let usage = try await [catalog.account(alice)?.imageCount, catalog.account(bob)?.imageCount]
            #expect(usage == [1, 4])
            // A client with an older version gets an error.
            #expect(try await catalog.image(hers[1])?.version == 2)
            #expect(try await catalog.image(hers[0])?.version == 1)
        }
    }

    @Test func `removes an account that owns nothing, with its sessions and tokens`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let (alice, bob) = try await (fixture.addAccount("alice"), fixture.addAccount("bob"))
            let (hers, his) = try await (fixture.addAccess(alice, 1), fixture.addAccess(bob, 3))
            let image = try await fixture.add(1, Sample(owner: alice)).id
            let error = await #expect(throws: DatabaseError.self) { try await catalog.deleteAccount(alice) }
            #expect(error?.code == .constraint)
            #expect(try await catalog.account(alice) != nil)
            #expect(try await hers.works)
            _ = try await catalog.deleteImage(image, expectedVersion: nil)
            #expect(try await catalog.deleteAccount(alice))
            #expect(try await catalog.account(alice) == nil)
            #expect(try await catalog.account(bob) != nil)
            #expect(try await !hers.works)
            #expect(try await his.works)
            #expect(try await !catalog.deleteAccount(alice))
        }
    }

    /// The code of the error that a body throws; nil if it throws none.
    private func catalogError(_ body: () async throws -> Void) async -> CatalogError.Code? {
        do { try await body() } catch { return (error as? CatalogError)?.code }
        return nil
    }
}

import CatalogStorage
import Domain
import TestApplication
import Testing

@testable import Composition
@testable import Services

@Suite struct AccountsTests {
    private static func accounts(_ registration: Registration, _ assembly: RepositoryAssembly) -> Accounts {
        Accounts(
            repository: assembly.repository, library: assembly.library, passwords: assembly.passwords,
            registration: registration, defaultQuotaBytes: 5000,
            setupCode: assembly.accounts.setupCode)
    }

    private static func request(
        _ handle: String, invitation: String? = nil, role: Account.Role? = nil
    ) -> Accounts.RegistrationRequest {
        var request = Accounts.RegistrationRequest(handle: handle, password: "a passphrase")
        (request.invitation, request.role) = (invitation, role)
        return request
    }

    @Test func `a closed server accepts registrations only from admins`() async throws {
        try await TestApplication.run { application in
            try await application.addKeeper()
            let accounts = Self.accounts(.closed, application.assembly)
            let bob = try await application.assembly.member("bob", in: application)
            for viewer in [Viewer.stranger, bob] {
                #expect(
                    try await code { _ = try await accounts.register(Self.request("ada"), by: viewer) } == .forbidden)
            }
            let made = try await accounts.register(Self.request("Ada", role: .admin), by: .root).account
            #expect(made.handle.description == "Ada" && made.role == .admin && made.hasPassword)
            #expect(made.quotaBytes == 5000)
            #expect(try await code { _ = try await accounts.availableHandle("ADA") } == .conflict)
            #expect(try await accounts.availableHandle("carl").key == "carl")
        }
    }

    @Test func `the first account is an admin's, and only who may act as root or has the code makes it`() async throws {
        try await TestApplication.run { (application) async throws in
            for registration in Registration.allCases {
                let accounts = Self.accounts(registration, application.assembly)
                var wrong = Self.request("ada")
                wrong.setupCode = "setup-AAAAAAAAAAAAAAAAAAAAAA"
                for request in [Self.request("ada"), wrong] {
                    #expect(try await code { _ = try await accounts.register(request, by: .stranger) } == .forbidden)
                }
                var right = Self.request("ada")
                right.setupCode = accounts.setupCode.text
                (right.role, right.quotaBytes) = (.member, nil)
                #expect(try await code { _ = try await accounts.register(right, by: .stranger) } == .invalid)
                #expect(
                    try await code { _ = try await accounts.register(Self.request("ada", role: .member), by: .root) }
                        == .invalid)
                (right.role, right.quotaBytes) = (nil, .some(nil))
                #expect(try await code { _ = try await accounts.register(right, by: .stranger) } == .forbidden)
            }
            let accounts = Self.accounts(.closed, application.assembly)
            var right = Self.request("ada")
            right.setupCode = accounts.setupCode.text
            // Of two at once, one is first.
            let request = right
            async let one = try? accounts.register(request, by: .stranger).account
            var other = request
            other.handle = "bob"
            let second = other
            async let two = try? accounts.register(second, by: .stranger).account
            let made = await [one, two].compactMap { $0 }
            #expect(made.count == 1 && made.first?.role == .admin)
            (right.handle, right.role) = ("carl", nil)
            let late = right
            #expect(try await code { _ = try await accounts.register(late, by: .stranger) } == .forbidden)
        }
    }

    @Test func `whoever runs the server adds accounts of any role`() async throws {
        try await TestApplication.run { (application) async throws in
            let accounts = application.assembly.accounts
            #expect(try await accounts.add(Self.request("ada")).role == .member)
            #expect(try await accounts.add(Self.request("bob", role: .admin)).role == .admin)
        }
    }

    @Test func `images are transferred, but not those that the other account has already`() async throws {
        try await TestApplication.run { (application) async throws in
            for seed in [1, 2] as [UInt32] { _ = try await application.upload(TestPicture.png(seed: seed)) }
            let token = try await application.token(of: "ada")
            _ = try await application.upload(TestPicture.png(seed: 1), token: token)
            let (accounts, ada) = (application.assembly.accounts, try #require(Handle("ada")))
            let transfer = try await accounts.transfer(from: .root, to: ada, for: .root)
            #expect(transfer.transferred == 1 && transfer.left == 1)
            #expect(try await accounts.builtInImageCount() == 1)
            #expect(try await code { _ = try await accounts.transfer(from: ada, to: ada, for: .root) } == .conflict)
            let bob = try await application.assembly.member("bob", in: application)
            #expect(try await code { _ = try await accounts.transfer(from: ada, to: .root, for: bob) } == .forbidden)
        }
    }

    @Test func `on an open server nobody gives a role or a quota to himself`() async throws {
        try await TestApplication.run { (application) async throws in
            try await application.addKeeper()
            let accounts = Self.accounts(.open, application.assembly)
            var bounded = Self.request("ada")
            bounded.quotaBytes = .some(nil)
            for request in [Self.request("ada", role: .admin), Self.request("ada", role: .member), bounded] {
                #expect(try await code { _ = try await accounts.register(request, by: .stranger) } == .forbidden)
            }
            #expect(try await accounts.register(Self.request("ada"), by: .stranger).account.role == .member)
            #expect(
                try await code { _ = try await accounts.register(Self.request("ADA"), by: .stranger) } == .conflict)
        }
    }

    @Test func `an invitation is valid for one account`() async throws {
        try await TestApplication.run { application in
            try await application.addKeeper()
            let accounts = Self.accounts(.invite, application.assembly)
            let invitation = try await accounts.invite(by: .root, days: 1).code
            let another = "tti_" + String(repeating: "A", count: 43)
            for text in [nil, "", "x", invitation + "x", another] {
                let request = Self.request("ada", invitation: text)
                #expect(
                    try await code { _ = try await accounts.register(request, by: .stranger) }
                        == .forbidden)
            }
            // A registration that fails because the handle is taken does not use the invitation up.
            try await application.account("bob")
            let taken = Self.request("bob", invitation: invitation)
            #expect(try await code { _ = try await accounts.register(taken, by: .stranger) } == .conflict)
            let made = try await accounts.register(Self.request("ada", invitation: invitation), by: .stranger).account
            #expect(made.handle.key == "ada")
            let again = Self.request("carl", invitation: invitation)
            #expect(try await code { _ = try await accounts.register(again, by: .stranger) } == .forbidden)
            let late = try Secret(.invitation)
            try await application.assembly.repository.catalog.addInvitation(
                InvitationID(), digest: try late.digest, by: .root, expires: Timestamp.now.advanced(bySeconds: -1))
            let expired = Self.request("carl", invitation: late.text)
            #expect(try await code { _ = try await accounts.register(expired, by: .stranger) } == .forbidden)
        }
    }

    @Test func `the images of a removed account are deleted or transferred`() async throws {
        try await TestApplication.run { application in
            let (assembly, accounts) = (application.assembly, application.assembly.accounts)
            let catalog = assembly.repository.catalog
            let ada = try await assembly.member("ada", in: application)
            let bob = try await assembly.member("bob", in: application)
            let common = try await assembly.add(TestPicture.png(seed: 1), for: ada).record
            let own = try await assembly.add(TestPicture.png(seed: 2), for: ada).record
            let kept = try await assembly.add(TestPicture.png(seed: 1), for: bob).record
            let handles = try ["ada", "bob"].map { try #require(Handle($0)) }
            let moved = try await accounts.remove(handles[0], .transfer(to: handles[1]), for: .root)
            #expect(moved.transferred == 1 && moved.deleted == 1, "the heir has one of them already")
            #expect(try await catalog.image(own.id)?.owner == bob.account)
            #expect(try await catalog.image(common.id) == nil)
            #expect(try await catalog.image(kept.id) != nil)
            #expect(try await catalog.account(handles[0]) == nil)
            #expect(try application.files(in: "original").count == 2)
            let removed = try await accounts.remove(handles[1], .delete, for: bob)
            #expect(removed.transferred == 0 && removed.deleted == 2)
            #expect(try application.files(in: "original") == [])
            #expect(try await catalog.account(handles[1]) == nil)
        }
    }

    @Test func `the trash of a removed account is transferred or deleted with it`() async throws {
        try await TestApplication.run { application in
            let (assembly, accounts) = (application.assembly, application.assembly.accounts)
            let ada = try await assembly.member("ada", in: application)
            let bob = try await assembly.member("bob", in: application)
            let image = try await assembly.add(TestPicture.png(), for: ada).record
            try await assembly.library.delete(image.id, version: nil, for: ada)
            let (first, second) = (try #require(Handle("ada")), try #require(Handle("bob")))
            let moved = try await accounts.remove(first, .transfer(to: second), for: .root)
            #expect(moved.transferred == 1 && moved.deleted == 0)
            #expect(try await assembly.trash.restore([image.id], for: bob).restored == [image.id])
            try await assembly.library.delete(image.id, version: nil, for: bob)
            #expect(try application.files(in: "original").count == 1)
            let removed = try await accounts.remove(second, .delete, for: .root)
            #expect(removed.transferred == 0 && removed.deleted == 1)
            #expect(try application.files(in: "original") == [])
        }
    }

    @Test func `nobody can remove the built-in account, and only admins can remove other accounts`() async throws {
        try await TestApplication.run { application in
            let accounts = application.assembly.accounts
            let ada = try await application.assembly.member("ada", in: application)
            try await application.account("bob")
            let handles = try ["ada", "bob"].map { try #require(Handle($0)) }
            #expect(try await code { _ = try await accounts.remove(.root, .delete, for: .root) } == .conflict)
            #expect(try await code { _ = try await accounts.remove(handles[1], .delete, for: ada) } == .notFound)
            #expect(
                try await code { _ = try await accounts.remove(handles[0], .transfer(to: handles[1]), for: ada) }
                    == .forbidden)
            #expect(
                try await code { _ = try await accounts.remove(handles[0], .transfer(to: handles[0]), for: .root) }
                    == .conflict)
            var changes = AccountChanges()
            changes.role = .member
            let demotion = changes
            #expect(try await code { _ = try await accounts.update(.root, demotion, for: .root) } == .conflict)
            #expect(try await accounts.account(handles[0], for: ada).isDisabled == false)
        }
    }

    @Test func `an open server creates the account that a request names`() async throws {
        try await TestApplication.run { application in
            let open = Self.accounts(.open, application.assembly)
            let made = try await open.accountOnOpenServer(named: "ada")
            #expect(made.handle.key == "ada" && !made.hasPassword && made.quotaBytes == 5000)
            #expect(try await open.accountOnOpenServer(named: "ADA").id == made.id)
            #expect(try await code { _ = try await open.accountOnOpenServer(named: "no handle") } == .invalid)
            let closed = Self.accounts(.closed, application.assembly)
            #expect(try await closed.accountOnOpenServer(named: "ada").id == made.id)
            #expect(try await code { _ = try await closed.accountOnOpenServer(named: "bob") } == .forbidden)
            var changes = AccountChanges()
            changes.isDisabled = true
            _ = try await open.update(made.handle, changes, for: .root)
            #expect(try await code { _ = try await open.accountOnOpenServer(named: "ada") } == .forbidden)
        }
    }
}

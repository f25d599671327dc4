import CatalogStorage
import Domain
import Runtime
import TestApplication
import Testing

@testable import Composition
@testable import Services

@Suite struct WebhookDeliveryTests {
    private static let day = 86_400.0

    private static func entries(_ fixture: WebhookFixture) -> [String] { fixture.sender.received.flatMap(\.entries) }

    @Test func `changes are delivered in their order, and once`() async throws {
        try await WebhookFixture.run { fixture in
            let ada = try await fixture.viewer("ada")
            let webhook = try await fixture.webhook(of: ada)
            #expect(try await fixture.serve() == 0)
            var expected: [String] = []
            for seed in UInt32(0)..<5 {
                let record = try await fixture.assembly.add(TestPicture.png(seed: seed), for: ada).record
                expected.append("added \(record.id)")
                if seed == 2 { try await fixture.serve() }
            }
            try await fixture.serve()
            #expect(Self.entries(fixture) == expected)
            #expect(try await fixture.serve() == 0)
            let state = try await fixture.webhooks.webhook(webhook.id, for: ada)
            #expect(state.failures == WebhookFailures() && state.lastDelivered != nil)
            let attempts = try await fixture.webhooks.attempts(of: webhook.id, for: ada)
            #expect(attempts.map(\.changeCount) == [2, 3])
            #expect(attempts.allSatisfy { $0.status == 204 && $0.error == nil && $0.kind == .changes })
        }
    }

    @Test func `a message has a hundred changes at most, and others have their turn in between`() async throws {
        try await WebhookFixture.run { fixture in
            let (ada, bob) = (try await fixture.viewer("ada"), try await fixture.viewer("bob"))
            _ = try await fixture.webhook(of: ada, at: "https://ada.example/")
            _ = try await fixture.webhook(of: bob, at: "https://bob.example/")
            let record = try await fixture.assembly.add(TestPicture.png(), for: ada).record
            var expected = ["added \(record.id)"]
            for seed in UInt32(2)...101 {
                expected.append(
                    "added \(try await fixture.assembly.add(TestPicture.png(seed: seed), for: ada).record.id)")
            }
            try await fixture.assembly.add(TestPicture.png(), for: bob)
            try await fixture.catalog.enqueueDeliveries()
            try await fixture.serve(at: Timestamp.now.advanced(bySeconds: 1))
            let told = fixture.sender.received
            let (first, second) = ("https://ada.example/", "https://bob.example/")
            #expect(told.map(\.address) == [first, second, first] && told.map(\.entries.count) == [100, 1, 1])
            #expect(told.filter { $0.address == first }.flatMap(\.entries) == expected)
        }
    }

    @Test func `another account's images are never told, and public ones are`() async throws {
        try await WebhookFixture.run { fixture in
            let (ada, bob) = (try await fixture.viewer("ada"), try await fixture.viewer("bob"))
            _ = try await fixture.webhook(of: bob)
            let secret = try await fixture.assembly.add(
                TestPicture.png(seed: 1), details: ImageDetails(title: "", visibility: .private), for: ada
            ).record
            try await fixture.serve()
            #expect(fixture.sender.received.isEmpty)
            let shown = try await fixture.assembly.add(
                TestPicture.png(seed: 2), details: ImageDetails(title: "", visibility: .public), for: ada
            ).record
            try await fixture.serve()
            #expect(Self.entries(fixture) == ["added \(shown.id)"])
            #expect(!fixture.sender.received.contains { $0.body.contains("\(secret.id)") })
        }
    }

    @Test func `only the wanted kinds are told`() async throws {
        try await WebhookFixture.run { fixture in
            let ada = try await fixture.viewer("ada")
            _ = try await fixture.webhook(of: ada, kinds: [.deleted])
            let record = try await fixture.assembly.add(TestPicture.png(), for: ada).record
            try await fixture.serve()
            #expect(fixture.sender.received.isEmpty)
            try await fixture.assembly.library.delete(record.id, version: nil, isPermanent: true, for: ada)
            try await fixture.serve()
            #expect(Self.entries(fixture) == ["deleted \(record.id)"])
        }
    }

    @Test func `messages are signed, for a day with the former secret, too`() async throws {
        try await WebhookFixture.run { fixture in
            let ada = try await fixture.viewer("ada")
            let terms = WebhookTerms(
                address: try WebhookAddress("https://a.example"), kinds: nil, description: " mine ")
            let issued = try await fixture.webhooks.make(terms, for: ada)
            #expect(issued.webhook.terms.description == "mine")
            let first = try #require(issued.secret)
            #expect(first.hasPrefix("whsec_") && first.utf8.count == 50)
            try await fixture.assembly.add(TestPicture.png(), for: ada)
            try await fixture.serve()
            var changes = WebhookChanges()
            changes.rotatesSecret = true
            let second = try #require(try await fixture.webhooks.update(issued.webhook.id, changes, for: ada).secret)
            #expect(second != first)
            try await fixture.assembly.add(TestPicture.png(seed: 2), for: ada)
            try await fixture.serve()
            try await fixture.assembly.add(TestPicture.png(seed: 3), for: ada)
            try await fixture.serve(at: Timestamp.now.advanced(bySeconds: Self.day + 1))
            let counts = fixture.sender.received.map { $0.fields["webhook-signature"]?.split(separator: " ").count }
            #expect(counts == [1, 2, 1])
            #expect(fixture.sender.received.allSatisfy { $0.fields["webhook-timestamp"].flatMap { Int($0) } != nil })
        }
    }

    /// The values are those of Python's hmac for the message `msg_1.1700000000.{"a":1}`.
    @Test func `the signature is the one of the standard`() throws {
        let secret = Array("0123456789abcdef0123456789abcdef".utf8)
        #expect(WebhookSigning.text(of: secret) == "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
        let fields = try WebhookSigning.fields(
            "msg_1", Array(#"{"a":1}"#.utf8), at: Timestamp(seconds: 1_700_000_000),
            WebhookSecrets(current: secret, former: Array("x".utf8)))
        #expect(fields.map(\.name) == ["webhook-id", "webhook-timestamp", "webhook-signature"])
        #expect(
            fields.map(\.value) == [
                "msg_1", "1700000000",
                "v1,rkwp5YuvdrMkcu0ZhuMsXoTg44mHAr1Q0+FFgFpXsjY= v1,dZMVLB1Sg+kQAvjfGaxcnsw/imUrML93UIFFiW3AE2c=",
            ])
    }

    @Test func `a failure is repeated after a pause, as the same message`() async throws {
        try await WebhookFixture.run(.status(500), .failure(WebhookSendingError("Nothing there."))) { fixture in
            let ada = try await fixture.viewer("ada")
            let webhook = try await fixture.webhook(of: ada)
            try await fixture.assembly.add(TestPicture.png(), for: ada)
            let begin = Timestamp.now
            #expect(try await fixture.serve(at: begin) == 1)
            #expect(try await fixture.serve(at: begin.advanced(bySeconds: 4.9)) == 0)
            var state = try await fixture.webhooks.webhook(webhook.id, for: ada)
            #expect(state.failures == WebhookFailures(count: 1, since: begin, retryAt: begin.advanced(bySeconds: 5)))
            #expect(try await fixture.serve(at: begin.advanced(bySeconds: 5)) == 1)
            #expect(try await fixture.serve(at: begin.advanced(bySeconds: 14.9)) == 0)
            #expect(try await fixture.serve(at: begin.advanced(bySeconds: 15)) == 1)
            let ids = fixture.sender.received.map(\.id)
            #expect(ids.count == 3 && Set(ids).count == 1)
            state = try await fixture.webhooks.webhook(webhook.id, for: ada)
            #expect(state.failures == WebhookFailures() && state.end == nil)
            let attempts = try await fixture.webhooks.attempts(of: webhook.id, for: ada)
            #expect(attempts.map(\.status) == [204, nil, 500])
            #expect(attempts.map(\.error) == [nil, "Nothing there.", "The answer was 500."])
            #expect(attempts.map(\.retryAt) == [nil, begin.advanced(bySeconds: 15), begin.advanced(bySeconds: 5)])
        }
    }

    @Test func `what happens meanwhile is in the repeated message, which then has another id`() async throws {
        try await WebhookFixture.run(.status(503)) { fixture in
            let ada = try await fixture.viewer("ada")
            _ = try await fixture.webhook(of: ada)
            let first = try await fixture.assembly.add(TestPicture.png(seed: 1), for: ada).record
            let begin = Timestamp.now
            try await fixture.serve(at: begin)
            let second = try await fixture.assembly.add(TestPicture.png(seed: 2), for: ada).record
            try await fixture.serve(at: begin.advanced(bySeconds: 10))
            #expect(fixture.sender.received.last?.entries == ["added \(first.id)", "added \(second.id)"])
            #expect(Set(fixture.sender.received.map(\.id)).count == 2)
        }
    }

    @Test func `a receiver that fails for a day is disabled, with the reason, and can be enabled again`() async throws {
        try await WebhookFixture.run { fixture in
            let ada = try await fixture.viewer("ada")
            let webhook = try await fixture.webhook(of: ada)
            let record = try await fixture.assembly.add(TestPicture.png(), for: ada).record
            let begin = Timestamp.now
            var now = begin
            var attempts = 0
            while try await fixture.webhooks.webhook(webhook.id, for: ada).end == nil {
                fixture.sender.then(.status(500))
                #expect(try await fixture.serve(at: now) == 1)
                attempts += 1
                now = try await fixture.webhooks.webhook(webhook.id, for: ada).failures.retryAt ?? now
            }
            #expect(now == begin.advanced(bySeconds: Self.day))
            #expect((30...40).contains(attempts), "\(attempts)")
            let state = try await fixture.webhooks.webhook(webhook.id, for: ada)
            #expect(
                state.end?.reason == "\(attempts) attempts have failed for a day. The last one: The answer was 500.")
            #expect(try await fixture.webhooks.attempts(of: webhook.id, for: ada).count == attempts)
            let other = try await fixture.assembly.add(TestPicture.png(seed: 2), for: ada).record
            #expect(try await fixture.serve(at: now.advanced(bySeconds: Self.day)) == 0)
            var changes = WebhookChanges()
            changes.isEnabled = true
            let again = try await fixture.webhooks.update(webhook.id, changes, for: ada).webhook
            #expect(again.end == nil && again.failures == WebhookFailures() && again.dateReset == nil)
            try await fixture.serve(at: now.advanced(bySeconds: Self.day))
            #expect(fixture.sender.received.last?.entries == ["added \(record.id)", "added \(other.id)"])
        }
    }

    @Test func `410 disables at once`() async throws {
        try await WebhookFixture.run(.status(410)) { fixture in
            let ada = try await fixture.viewer("ada")
            let webhook = try await fixture.webhook(of: ada)
            try await fixture.assembly.add(TestPicture.png(), for: ada)
            try await fixture.serve()
            let end = try await fixture.webhooks.webhook(webhook.id, for: ada).end
            #expect(end?.reason == "The receiver wants nothing any more: it has answered 410 (Gone).")
            #expect(try await fixture.serve(at: Timestamp.now.advanced(bySeconds: 2 * Self.day)) == 0)
        }
    }

    @Test(arguments: [100, 199, 301, 302, 307, 308, 400, 404, 500, 599])
    func `any other status than 2xx is a failure`(status: Int) async throws {
        try await WebhookFixture.run(.status(status)) { fixture in
            let ada = try await fixture.viewer("ada")
            let webhook = try await fixture.webhook(of: ada)
            try await fixture.assembly.add(TestPicture.png(), for: ada)
            try await fixture.serve()
            #expect(try await fixture.webhooks.webhook(webhook.id, for: ada).failures.count == 1)
            #expect(try await fixture.webhooks.attempts(of: webhook.id, for: ada).first?.error != nil)
        }
    }

    @Test func `the wish of a receiver to be left alone is respected`() async throws {
        try await WebhookFixture.run(.status(429, retryAfter: 120), .status(503, retryAfter: 1_000_000)) { fixture in
            let ada = try await fixture.viewer("ada")
            _ = try await fixture.webhook(of: ada)
            try await fixture.assembly.add(TestPicture.png(), for: ada)
            let begin = Timestamp.now
            try await fixture.serve(at: begin)
            #expect(try await fixture.serve(at: begin.advanced(bySeconds: 119)) == 0)
            #expect(try await fixture.serve(at: begin.advanced(bySeconds: 120)) == 1)
            #expect(try await fixture.serve(at: begin.advanced(bySeconds: 120 + 3599)) == 0)
            #expect(try await fixture.serve(at: begin.advanced(bySeconds: 120 + 3600)) == 1)
        }
    }

    @Test func `a delivery that a killed server did not record is repeated as the same message`() async throws {
        try await WebhookFixture.run { fixture in
            let ada = try await fixture.viewer("ada")
            let webhook = try await fixture.webhook(of: ada)
            try await fixture.assembly.add(TestPicture.png(), for: ada)
            let begin = Timestamp.now
            try await fixture.catalog.enqueueDeliveries(now: begin)
            let leased = try #require(try await fixture.delivery.lease(now: begin))
            // Another server takes the job over while the first one sends: nothing of the first one is recorded.
            let later = begin.advanced(bySeconds: WebhookDelivery.leaseSeconds + 1)
            let heir = WebhookDelivery(webhooks: fixture.webhooks)
            let taken = try #require(try await heir.lease(now: later))
            #expect(taken.job.id == leased.job.id)
            try await fixture.delivery.deliver(leased.job, now: begin)
            #expect(try await fixture.webhooks.webhook(webhook.id, for: ada).cursor == webhook.cursor)
            #expect(try await fixture.webhooks.attempts(of: webhook.id, for: ada).isEmpty)
            try await heir.deliver(taken.job, now: later)
            #expect(fixture.sender.received.count == 2)
            #expect(fixture.sender.received.first?.id == fixture.sender.received.last?.id)
            #expect(try await fixture.serve(at: later) == 0)
            #expect(try await fixture.webhooks.webhook(webhook.id, for: ada).cursor != webhook.cursor)
        }
    }

    @Test func `a webhook whose changes are not kept any more says so to its receiver, and goes on from now`()
        async throws
    {
        try await WebhookFixture.run(.status(500)) { fixture in
            let ada = try await fixture.viewer("ada")
            let webhook = try await fixture.webhook(of: ada)
            for seed in UInt32(0)..<3 { try await fixture.assembly.add(TestPicture.png(seed: seed), for: ada) }
            try await fixture.serve()
            // As if the server had been off for a month.
            _ = try await fixture.catalog.removeChanges(before: Timestamp.now.advanced(bySeconds: Self.day))
            let now = Timestamp.now.advanced(bySeconds: 60)
            try await fixture.serve(at: now)
            let reset = try #require(fixture.sender.received.last)
            #expect(reset.body == "reset")
            #expect(try await fixture.webhooks.webhook(webhook.id, for: ada).dateReset == now)
            let record = try await fixture.assembly.add(TestPicture.png(seed: 7), for: ada).record
            try await fixture.serve(at: now)
            #expect(fixture.sender.received.last?.entries == ["added \(record.id)"])
            #expect(fixture.sender.received.filter { $0.body == "reset" }.count == 1)
        }
    }

    @Test func `enabling a webhook whose changes are not kept any more says so`() async throws {
        try await WebhookFixture.run { fixture in
            let ada = try await fixture.viewer("ada")
            let webhook = try await fixture.webhook(of: ada)
            var changes = WebhookChanges()
            changes.isEnabled = false
            let off = try await fixture.webhooks.update(webhook.id, changes, for: ada).webhook
            #expect(off.end?.reason == "Its account has disabled it.")
            for seed in UInt32(0)..<3 { try await fixture.assembly.add(TestPicture.png(seed: seed), for: ada) }
            #expect(try await fixture.serve() == 0)
            _ = try await fixture.catalog.removeChanges(before: Timestamp.now.advanced(bySeconds: Self.day))
            changes.isEnabled = true
            let on = try await fixture.webhooks.update(webhook.id, changes, for: ada).webhook
            #expect(on.end == nil && on.dateReset != nil)
            try await fixture.serve()
            #expect(fixture.sender.received.map(\.body) == ["reset"])
        }
    }

    @Test func `a webhook to which nothing happens does not grow old`() async throws {
        try await WebhookFixture.run { fixture in
            let (ada, bob) = (try await fixture.viewer("ada"), try await fixture.viewer("bob"))
            _ = try await fixture.webhook(of: ada)
            for seed in UInt32(0)..<3 { try await fixture.assembly.add(TestPicture.png(seed: seed), for: bob) }
            _ = try await fixture.assembly.changes.removeOld(now: Timestamp.now.advanced(bySeconds: 40 * Self.day))
            let record = try await fixture.assembly.add(TestPicture.png(seed: 7), for: ada).record
            try await fixture.serve()
            #expect(fixture.sender.received.map(\.body) == ["changes\nadded \(record.id)"])
        }
    }

    @Test func `an admin's webhook tells of all images, until the account is no admin any more`() async throws {
        try await WebhookFixture.run { fixture in
            let (ada, boss) = (try await fixture.viewer("ada"), try await fixture.viewer("boss", role: .admin))
            let webhook = try await fixture.webhook(of: boss)
            #expect(webhook.seesAll)
            let first = try await fixture.assembly.add(TestPicture.png(seed: 1), for: ada).record
            try await fixture.serve()
            #expect(Self.entries(fixture) == ["added \(first.id)"])
            let second = try await fixture.assembly.add(TestPicture.png(seed: 2), for: ada).record
            var changes = AccountChanges()
            changes.role = .member
            _ = try await fixture.catalog.updateAccount(webhook.account, changes)
            try await fixture.assembly.add(TestPicture.png(seed: 3), for: ada)
            try await fixture.serve()
            #expect(fixture.sender.received.map(\.body) == ["changes\nadded \(first.id)", "reset"])
            #expect(!fixture.sender.received.contains { $0.body.contains("\(second.id)") })
            changes.role = .admin
            _ = try await fixture.catalog.updateAccount(webhook.account, changes)
            try await fixture.assembly.add(TestPicture.png(seed: 4), for: ada)
            try await fixture.serve()
            #expect(fixture.sender.received.count == 2)
            #expect(try await fixture.webhooks.webhook(webhook.id, for: boss).seesAll == false)
        }
    }

    @Test func `nothing is sent for a disabled account, and what was missed once it is enabled`() async throws {
        try await WebhookFixture.run { fixture in
            let ada = try await fixture.viewer("ada")
            let webhook = try await fixture.webhook(of: ada)
            let record = try await fixture.assembly.add(TestPicture.png(), for: ada).record
            try await fixture.catalog.enqueueDeliveries()
            var changes = AccountChanges()
            changes.isDisabled = true
            _ = try await fixture.catalog.updateAccount(webhook.account, changes)
            try await fixture.serve()
            #expect(fixture.sender.received.isEmpty)
            changes.isDisabled = false
            _ = try await fixture.catalog.updateAccount(webhook.account, changes)
            try await fixture.serve()
            #expect(Self.entries(fixture) == ["added \(record.id)"])
        }
    }

    @Test func `webhooks go with their account, and their jobs with them`() async throws {
        try await WebhookFixture.run(.status(500)) { fixture in
            let ada = try await fixture.viewer("ada")
            let webhook = try await fixture.webhook(of: ada)
            let record = try await fixture.assembly.add(TestPicture.png(), for: ada).record
            try await fixture.serve()
            try await fixture.assembly.library.delete(record.id, version: nil, isPermanent: true, for: ada)
            _ = try await fixture.catalog.deleteAccount(webhook.account)
            #expect(try await fixture.catalog.webhook(webhook.id) == nil)
            #expect(try await fixture.catalog.nextDelivery() == nil)
            #expect(try await fixture.serve(at: Timestamp.now.advanced(bySeconds: 3600)) == 0)
        }
    }

    @Test func `two webhooks of an account are served at once, and those of others beside them`() async throws {
        try await WebhookFixture.run { fixture in
            let (ada, bob) = (try await fixture.viewer("ada"), try await fixture.viewer("bob"))
            for _ in 0..<4 { _ = try await fixture.webhook(of: ada) }
            _ = try await fixture.webhook(of: bob)
            try await fixture.assembly.add(TestPicture.png(), for: ada)
            try await fixture.assembly.add(TestPicture.png(), for: bob)
            try await fixture.catalog.enqueueDeliveries()
            var jobs: [LeasedJob] = []
            while let job = try await fixture.delivery.lease() { jobs.append(job) }
            let owners = jobs.map(\.job.owner)
            #expect(owners.filter { $0 == ada.account }.count == 2 && owners.filter { $0 == bob.account }.count == 1)
            try await fixture.delivery.deliver(jobs[0].job)
            #expect(try await fixture.delivery.lease() != nil)
        }
    }

    @Test func `the runner of jobs never takes a delivery, and the deliverer nothing else`() async throws {
        try await WebhookFixture.run { fixture in
            let ada = try await fixture.viewer("ada")
            _ = try await fixture.webhook(of: ada)
            let record = try await fixture.assembly.add(TestPicture.png(), for: ada).record
            try await fixture.catalog.enqueueDeliveries()
            _ = try await fixture.catalog.enqueue(.derive(record.content.digest), owner: nil)
            let now = Timestamp.now.advanced(bySeconds: 1)
            for _ in 0..<2 {
                // The second time, the leases have ended.
                let other = try await fixture.catalog.lease(worker: "a", limit: 9, seconds: 1, now: now)
                #expect(other.allSatisfy { $0.job.kind == .derive })
                let own = try await fixture.catalog.lease(
                    worker: "b", limit: 9, seconds: 1, of: .deliveries, now: now)
                #expect(own.allSatisfy { $0.job.kind == .deliver })
                try await fixture.catalog.endLeases(now: now)
            }
            let again = try await fixture.catalog.lease(worker: "b", limit: 9, seconds: 1, of: .deliveries, now: now)
            #expect(again.map(\.job.kind) == [.deliver])
        }
    }

    @Test func `fifty attempts are kept`() async throws {
        try await WebhookFixture.run { fixture in
            let ada = try await fixture.viewer("ada")
            let (webhook, other) = (try await fixture.webhook(of: ada), try await fixture.webhook(of: ada))
            _ = try await fixture.webhooks.test(other.id, for: ada)
            for _ in 0..<55 { _ = try await fixture.webhooks.test(webhook.id, for: ada) }
            let attempts = try await fixture.webhooks.attempts(of: webhook.id, for: ada)
            #expect(attempts.count == Webhook.keptAttempts)
            #expect(attempts.map(\.message) == fixture.sender.received.suffix(50).reversed().map(\.id))
            #expect(try await fixture.webhooks.attempts(of: other.id, for: ada).count == 1)
        }
    }
}

import CatalogStorage
import Domain
import Testing

/// A file that waits, with the content of a number.
private func received(_ number: Int, bytes: Int64 = 100) -> ReceivedFile {
    ReceivedFile(name: "\(UniqueID())", digest: digest(number), format: .jpeg, bytes: bytes, crc32: 0xFFFF_FFFF)
}

private func item(_ number: Int, bytes: Int64 = 100, refusal: String? = nil) -> NewBatch.Item {
    NewBatch.Item(
        timestamp: "2026-01-02", attributes: ["store_name": .string("s\(number)")],
        file: refusal == nil ? received(number, bytes: bytes) : nil, refusal: refusal)
}

@Suite struct BatchTests {
    private static func batch(
        _ items: [NewBatch.Item], of owner: AccountID = .root, token: TokenID? = nil
    ) -> NewBatch {
        NewBatch(owner: owner, token: token, visibility: .private, tags: ["t"], items: items)
    }

    @Test func `the state of an item follows from its upload and its image`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let items = (1...6).map { item($0) } + [item(7, refusal: "bad")]
            let batch = Self.batch(items)
            let (acknowledged, refused) = try await catalog.addBatch(batch)
            #expect(acknowledged.map(\.id) == items.map(\.id) && refused.isEmpty)
            #expect(acknowledged.map(\.state) == [BatchItem.State](repeating: .pending, count: 6) + [.failed])
            func states() async throws -> [String] {
                try await catalog.items(of: batch.id, after: nil, limit: 100).elements.map {
                    "\($0.state)" + ($0.error.map { " \($0)" } ?? "") + ($0.image == nil ? "" : " image")
                }
            }
            // Pending, recorded, ready, damaged, deleted, refused.
            var images: [Int: ImageID] = [:]
            for number in 2...5 {
                let record = try await fixture.add(number, Sample(queueDerive: number == 2))
                try await catalog.record(items[number - 1].id, as: record.id)
                images[number] = record.id
            }
            try await fixture.show([file(3, .thumbnail), file(3, .fullSize)])
            try await fixture.damage(4, reason: "cut off")
            _ = try await catalog.deleteImage(try #require(images[5]), expectedVersion: nil)
            try await catalog.refuse(items[5].id, because: "no picture")
            try await catalog.postpone(items[0].id, because: "later")
            try await catalog.postpone(items[5].id, because: "later")
            #expect(
                try await states() == [
                    "pending later", "pending image", "ready image", "failed cut off image",
                    "failed The image has been deleted.", "failed no picture", "failed bad",
                ])
            let found = try await catalog.batch(batch.id)
            #expect(found?.progress == Batch.Progress(pending: 2, ready: 1, failed: 4))
            #expect(try await catalog.acknowledgedItems(of: batch.id) == acknowledged)
            for (number, isWaiting) in [(0, true), (1, false), (5, false)] {
                #expect(try await catalog.hasUpload(named: items[number].file?.name ?? "") == isWaiting)
            }
            guard case .waiting(let waiting) = try await catalog.bytes(of: items[0].id) else {
                Issue.record("the first item waits")
                return
            }
            #expect(waiting.file == items[0].file && waiting.tags == ["t"] && waiting.timestamp == "2026-01-02")
        }
    }

    @Test func `an image is recorded for its item in one transaction, also if it is a duplicate`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let items = [item(1), item(1)]
            let batch = Self.batch(items)
            _ = try await fixture.catalog.addBatch(batch)
            var ids: [ImageID] = []
            for item in items {
                let sample = Sample().submission(1)
                let submission = Submission(
                    id: sample.id, owner: sample.owner, details: sample.details, content: sample.content,
                    original: sample.original, dateAdded: sample.dateAdded, item: item.id)
                ids.append(try await fixture.catalog.addImage(submission, queueDerive: false).record.id)
            }
            #expect(ids[0] == ids[1])
            let found = try await fixture.catalog.items(of: batch.id, after: nil, limit: 10).elements
            #expect(found.map(\.image) == ids)
            #expect(try await fixture.catalog.uploadNames(of: .root) == [])
        }
    }

    @Test func `the quotas refuse what they leave no room for, and duplicates need none`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let owner = AccountID()
            try await catalog.addAccount(NewAccount(id: owner, handle: handle("ada"), quotaBytes: 1250))
            try await fixture.add(1, Sample(owner: owner))
            let first = Self.batch([item(1, bytes: 1000), item(2), item(2), item(3), item(4)], of: owner)
            let (items, refused) = try await catalog.addBatch(first)
            #expect(items.map(\.state) == [.pending, .pending, .pending, .pending, .failed])
            #expect(items.last?.error == "The account's quota leaves room for 50 bytes.")
            #expect(refused == [first.items[4].file?.name ?? ""])
            // What waits counts as well.
            let (later, _) = try await catalog.addBatch(Self.batch([item(5), item(3), item(6, bytes: 50)], of: owner))
            #expect(later.map(\.state) == [.failed, .pending, .pending])
        }
    }

    @Test func `a token has a quota of its own`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let token = APIToken(
                id: TokenID(), account: .root, name: "camera", scopes: [.upload], dateCreated: .now, dateUsed: nil,
                expires: nil, quotaBytes: 1150)
            try await catalog.addToken(token, digest: digest(99))
            let (items, _) = try await catalog.addBatch(Self.batch([item(1), item(2)], token: token.id))
            #expect(items.map(\.state) == [.pending, .pending])
            #expect(try await catalog.tokens(of: .root).first?.bytesUsed == 200)
            func add(_ number: Int, bytes: Int64) async throws {
                let sample = Sample(bytes: bytes).submission(number)
                _ = try await catalog.addImage(
                    Submission(
                        id: sample.id, owner: sample.owner, details: sample.details, content: sample.content,
                        original: sample.original, dateAdded: sample.dateAdded, token: token.id), queueDerive: false)
            }
            try await add(3, bytes: 900)
            let error = await #expect(throws: CatalogError.self) { try await add(4, bytes: 51) }
            #expect(error?.code == .tokenQuotaExceeded(bytesLeft: 50))
            try await add(3, bytes: 900)
            #expect(try await catalog.tokens(of: .root).first?.bytesUsed == 1100, "a duplicate costs nothing")
            let (last, _) = try await catalog.addBatch(Self.batch([item(5)], token: token.id))
            #expect(last.first?.error == "The token's quota leaves room for 50 bytes.")
        }
    }

    @Test func `batches are listed newest first, by cursor and by number`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let ada = try await fixture.addAccount("ada")
            var ids: [BatchID] = []
            for number in 1...5 {
                let batch = Self.batch([item(number)], of: number == 3 ? ada : .root)
                _ = try await catalog.addBatch(batch)
                ids.append(batch.id)
            }
            let first = try await catalog.batches(ownedBy: nil, after: nil, limit: 2)
            #expect(first.elements.map(\.id) == [ids[4], ids[3]])
            let second = try await catalog.batches(ownedBy: nil, after: first.next, limit: 2)
            #expect(second.elements.map(\.id) == [ids[2], ids[1]])
            let numbered = try await catalog.batches(ownedBy: nil, after: nil, skipping: 4, limit: 2)
            #expect(numbered.elements.map(\.id) == [ids[0]] && numbered.next == nil)
            #expect(try await catalog.batches(ownedBy: ada, after: nil, limit: 9).elements.map(\.id) == [ids[2]])
            #expect(try await catalog.batchCount(ownedBy: ada) == 1)
            let items = try await catalog.items(of: ids[0], after: nil, limit: 1)
            #expect(items.elements.count == 1 && items.next == nil)
            await #expect(throws: CatalogError.self) {
                try await catalog.items(of: ids[0], after: first.next, limit: 1)
            }
        }
    }

    @Test func `a key stands for one batch for a day`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let now = Timestamp(seconds: 1_000_000)
            var key = IdempotencyKey(account: .root, text: "k")
            #expect(try await catalog.claim(key, now: now) == .granted)
            #expect(try await catalog.claim(key, now: now) == .underWay)
            try await catalog.release(key)
            #expect(try await catalog.claim(key, now: now) == .granted)
            try await catalog.releaseKeys()
            #expect(try await catalog.claim(key, now: now) == .granted)
            key.fingerprint = digest(7)
            let batch = Self.batch([item(1)])
            _ = try await catalog.addBatch(batch, answering: key)
            let answered = IdempotencyClaim.answered(batch.id, fingerprint: digest(7))
            for seconds in [0, 86_399] {
                #expect(try await catalog.claim(key, now: now.advanced(bySeconds: Double(seconds))) == answered)
            }
            let ada = try await fixture.addAccount("ada")
            #expect(try await catalog.claim(IdempotencyKey(account: ada, text: "k"), now: now) == .granted)
            // An answer is not released.
            try await catalog.release(key)
            try await catalog.releaseKeys()
            #expect(try await catalog.claim(key, now: now) == answered)
            #expect(try await catalog.claim(key, now: now.advanced(bySeconds: 86_401)) == .granted)
        }
    }
}

import Domain
import SQL
import SQLite
import Testing

@testable import CatalogStorage

@Suite struct UploadTests {
    private static let start = Timestamp(seconds: 1_800_000_000)

    private static func upload(
        _ length: Int64? = 100, kind: ResumableUpload.Kind = .whole, owner: AccountID = .root, token: TokenID? = nil,
        name: String? = "\(UniqueID())"
    ) -> ResumableUpload {
        var description = UploadDescription()
        description.fileName = "a.png"
        description.details = ImageDetails(title: "t", tags: ["x"], attributes: ["n": .integer(2)], visibility: .public)
        return ResumableUpload(
            id: UploadID(), owner: owner, token: token, kind: kind, name: name, length: length,
            description: description, dateCreated: start, expires: start.advanced(bySeconds: 60))
    }

    private static func begin(
        _ upload: ResumableUpload, _ fixture: Fixture, maximum: Int64 = 10
    ) async throws -> ResumableUpload {
        try await fixture.catalog.beginUpload(upload, maximumUnderWay: maximum)
        return upload
    }

    @Test func `an upload is found as it was begun`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let upload = try await Self.begin(Self.upload(), fixture)
            #expect(try await fixture.catalog.upload(upload.id) == upload)
            #expect(try await fixture.catalog.upload(UploadID()) == nil)
            #expect(try await fixture.catalog.hasUpload(named: upload.name ?? ""))
            #expect(try await fixture.catalog.uploadNames(of: .root) == [upload.name])
            let token = TokenID()
            let other = try await Self.begin(Self.upload(token: token), fixture)
            #expect(try await fixture.catalog.uploads(of: .root, begunWith: nil) == [upload, other])
            #expect(try await fixture.catalog.uploads(of: .root, begunWith: token) == [other])
            #expect(try await fixture.catalog.removeUpload(upload.id))
            #expect(try await !fixture.catalog.removeUpload(upload.id))
        }
    }

    @Test func `only the latest request records an offset`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let (catalog, id) = (fixture.catalog, try await Self.begin(Self.upload(), fixture).id)
            let expires = Self.start.advanced(bySeconds: 90)
            let first = try #require(try await catalog.claimUpload(id))
            #expect(try await catalog.advanceUpload(id, epoch: first.epoch, to: 10, expires: expires))
            let second = try #require(try await catalog.claimUpload(id))
            #expect(second.epoch == first.epoch + 1 && second.offset == 10 && second.expires == expires)
            #expect(try await !catalog.advanceUpload(id, epoch: first.epoch, to: 99, expires: expires))
            #expect(try await catalog.upload(id)?.offset == 10)
            #expect(try await catalog.advanceUpload(id, epoch: second.epoch, to: 20, expires: expires))
        }
    }

    @Test func `an upload becomes an image in one step with it`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let (catalog, upload) = (fixture.catalog, try await Self.begin(Self.upload(), fixture))
            let sample = Sample().submission(1)
            func submission() -> Submission {
                Submission(
                    id: ImageID(), owner: .root, details: sample.details, content: sample.content,
                    original: sample.original, dateAdded: Self.start, upload: upload.id)
            }
            let image = try await catalog.addImage(submission(), queueDerive: false).record.id
            let ended = try #require(try await catalog.upload(upload.id))
            #expect(ended.outcome == .image(image, isDuplicate: false) && ended.name == nil && ended.isReceived)
            #expect(ended.expires == Self.start.advanced(bySeconds: 86_400))
            #expect(try await catalog.uploads(of: .root, begunWith: nil).isEmpty)
            let claimed = try #require(try await catalog.claimUpload(upload.id))
            #expect(claimed.epoch == ended.epoch)
            let late = try await catalog.advanceUpload(
                upload.id, epoch: ended.epoch, to: 1, expires: Self.start)
            #expect(!late)
            // Again: a duplicate.
            _ = try await catalog.addImage(submission(), queueDerive: false)
            #expect(try await catalog.upload(upload.id)?.outcome == .image(image, isDuplicate: true))
        }
    }

    @Test(arguments: UploadRefusal.Code.allCases)
    func `why an upload failed is kept`(code: UploadRefusal.Code) async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let upload = try await Self.begin(Self.upload(), fixture)
            let refusal = UploadRefusal(code, "It is \(code).")
            try await fixture.catalog.refuse(upload.id, because: refusal, now: Self.start)
            #expect(try await fixture.catalog.upload(upload.id)?.outcome == .refused(refusal))
        }
    }

    @Test func `uploads under way count in the quota, and so do waiting items of batches`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let handle = try #require(Handle("ada"))
            let ada = NewAccount(handle: handle, quotaBytes: 250)
            try await fixture.catalog.addAccount(ada)
            let first = try await Self.begin(Self.upload(owner: ada.id), fixture)
            _ = try await Self.begin(Self.upload(kind: .part, owner: ada.id), fixture)
            let error = await #expect(throws: CatalogError.self) {
                _ = try await Self.begin(Self.upload(owner: ada.id), fixture)
            }
            #expect(error?.code == .quotaExceeded(bytesLeft: 50))
            let deferred = try await Self.begin(Self.upload(nil, owner: ada.id), fixture)
            #expect(try await fixture.catalog.bytesLeft(for: deferred) == 50)
            await #expect(throws: CatalogError.self) {
                try await fixture.catalog.setLength(of: deferred, to: 51)
            }
            try await fixture.catalog.setLength(of: deferred, to: 50)
            #expect(try await fixture.catalog.upload(deferred.id)?.length == 50)
            try await fixture.catalog.refuse(first.id, because: UploadRefusal(.damaged, "x"), now: Self.start)
            _ = try await Self.begin(Self.upload(owner: ada.id), fixture)
            let many = await #expect(throws: CatalogError.self) {
                _ = try await Self.begin(Self.upload(1, owner: ada.id), fixture, maximum: 3)
            }
            #expect(many?.code == .tooManyUploads)
            // What is put together from parts takes no more room.
            _ = try await Self.begin(Self.upload(200, kind: .final, owner: ada.id, name: nil), fixture, maximum: 3)
        }
    }

    @Test func `uploads expire, and what has ended is forgotten`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let abandoned = try await Self.begin(Self.upload(), fixture)
            let failed = try await Self.begin(Self.upload(), fixture)
            try await catalog.refuse(failed.id, because: UploadRefusal(.damaged, "x"), now: Self.start)
            func giveUp(after seconds: Double) async throws -> [String] {
                try await catalog.giveUpUploads(expiredBefore: Self.start.advanced(bySeconds: seconds))
            }
            #expect(try await giveUp(after: 59) == [])
            #expect(try await giveUp(after: 61) == [abandoned.name])
            #expect(try await catalog.upload(abandoned.id)?.name == nil)
            #expect(try await !catalog.hasUpload(named: abandoned.name ?? ""))
            #expect(try await giveUp(after: 86_401) == [])
            #expect(try await catalog.upload(failed.id) == nil)
            #expect(try await catalog.upload(abandoned.id) != nil)
            #expect(try await giveUp(after: 8 * 86_400) == [])
            #expect(try await catalog.upload(abandoned.id) == nil)
            let part = try await Self.begin(Self.upload(kind: .part), fixture)
            try await catalog.shortenUploads([part.id], to: Self.start)
            #expect(try await catalog.upload(part.id)?.expires == Self.start)
        }
    }

    @Test func `files that wait in an older catalogue go on waiting`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let file = ReceivedFile(name: "x", digest: digest(1), format: .png, bytes: 7, crc32: .max)
            let item = NewBatch.Item(timestamp: nil, attributes: [:], file: file, refusal: nil)
            _ = try await fixture.catalog.addBatch(
                NewBatch(owner: .root, token: nil, visibility: .private, tags: [], items: [item]))
            try await fixture.database.write { session in
                for statement in Self.formerTable + Migration.resumableUploads.statements {
                    try session.execute(statement)
                }
            }
            guard case .waiting(let waiting) = try await fixture.catalog.bytes(of: item.id) else {
                Issue.record("the item waits no more")
                return
            }
            #expect(waiting.file == file)
            #expect(try await fixture.catalog.giveUpUploads(expiredBefore: .now) == [])
            #expect(try await fixture.catalog.uploads(of: .root, begunWith: nil).isEmpty)
        }
    }

    /// The table as version 9 of the schema has it, with the rows that there are.
    private static let formerTable: [SQLQuery] = [
        "ALTER TABLE uploads RENAME TO later_uploads", "DROP INDEX uploads_by_owner",
        """
        CREATE TABLE uploads (
            id BLOB PRIMARY KEY NOT NULL, owner BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
            name TEXT NOT NULL UNIQUE, digest BLOB NOT NULL, format TEXT NOT NULL, bytes INTEGER NOT NULL,
            crc32 INTEGER NOT NULL, date_created INTEGER NOT NULL
        ) STRICT
        """,
        """
        INSERT INTO uploads SELECT id, owner, name, digest, format, bytes, crc32, date_created FROM later_uploads
        """,
        "CREATE INDEX uploads_by_owner ON uploads (owner, digest, bytes)", "DROP TABLE later_uploads",
    ]
}

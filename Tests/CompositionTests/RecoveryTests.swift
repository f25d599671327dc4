import BlobStorage
import CatalogStorage
import Domain
import Foundation
import Services
import TestApplication
import Testing

@testable import BlobStorage
@testable import Composition

/// What a server finds after another server was killed.
@Suite struct RecoveryTests {
    private static let png = TestPicture.png()

    /// Runs a server that receives an image, changes its folder as a crash would leave it, and runs another server.
    private static func crash(
        leaving change: @escaping @Sendable (TestApplication, ImageRecord) async throws -> Void,
        then look: @escaping @Sendable (TestApplication, ImageRecord) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "recovery-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let record = try await TestApplication.run(in: folder, settings: { $0.derivationTime = .never }) {
            application in
            let made = try await application.upload(png)
            let id = try #require(ImageID(made["id"].string ?? ""))
            let record = try #require(try await application.assembly.repository.catalog.image(id))
            try await change(application, record)
            return record
        }
        try await TestApplication.run(in: folder, settings: { $0.derivationTime = .never }) { application in
            try await look(application, record)
            #expect(try application.files(in: "staging") == [])
        }
    }

    private static func write(_ bytes: [UInt8], _ path: String, in application: TestApplication) throws {
        let file = URL(filePath: application.folder).appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    @Test func `an unfinished upload is removed`() async throws {
        try await Self.crash { application, _ in
            try Self.write([1, 2, 3], "staging/\(UniqueID())", in: application)
            try Self.write([1, 2, 3], "staging/of-nobody", in: application)
        } then: { (application, record) async throws in
            #expect(try await application.get("/v1/images/\(record.id)/original").body == Self.png)
        }
    }

    @Test func `a file that was published but not recorded is removed`() async throws {
        try await Self.crash { application, record in
            let digest = try #require(Digest(String(repeating: "ab", count: 32)))
            let key = BlobKey(type: .original, digest: digest, taken: nil, format: .png)
            try Self.write(Self.png, "staging/\(PublishingIntent(key: key).name)", in: application)
            try Self.write(Self.png, key.path, in: application)
            #expect(try application.files(in: "original").count == 2)
        } then: { (application, record) async throws in
            #expect(try application.files(in: "original").count == 1)
            #expect(try await application.get("/v1/images/\(record.id)/original").body == Self.png)
        }
    }

    @Test func `a recorded file is kept, and only its staged name is removed`() async throws {
        try await Self.crash { application, record in
            let file = try #require(
                try await application.assembly.repository.catalog.file(of: record.content.digest, .original))
            try Self.write(Self.png, "staging/\(PublishingIntent(key: file.key).name)", in: application)
        } then: { (application, record) async throws in
            #expect(try application.files(in: "original").count == 1)
            #expect(try await application.get("/v1/images/\(record.id)/original").body == Self.png)
        }
    }

    @Test func `renditions of unknown contents are removed, and others are kept`() async throws {
        try await Self.crash { application, record in
            let rendered = try await application.get("/v1/images/\(record.id)/render?width=16&format=png")
            #expect(rendered.status == 200)
            let kept = try #require(
                try application.files(in: "cache").first { $0.contains("\(record.content.digest)") })
            let other = String(repeating: "ab", count: 32)
            let name = kept.split(separator: "/").last ?? ""
            try Self.write(rendered.body, "cache/ab/\(other)/\(name)", in: application)
            try Self.write([1], "cache/drafts/\(UniqueID())", in: application)
        } then: { (application, record) async throws in
            let files = try application.files(in: "cache")
            #expect(!files.isEmpty && files.allSatisfy { $0.contains("\(record.content.digest)") })
        }
    }

    @Test func `a job whose worker was killed is resumed at once`() async throws {
        try await Self.crash { application, record in
            let catalog = application.assembly.repository.catalog
            // Leased in the past, before the server's own worker could see it, and for longer than a test can wait.
            let past = Timestamp.now.advanced(bySeconds: -3600)
            _ = try await catalog.enqueueGenerate(.thumbnail, images: [record.id], now: past)
            let leased = try await catalog.lease(worker: "killed", limit: 1, seconds: 86_400, now: past)
            #expect(leased.count == 1)
        } then: { (application, record) async throws in
            #expect(try await application.readyImage(.string("\(record.id)"))["state"] == "ready")
        }
    }
}

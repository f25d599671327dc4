import CatalogStorage
import Composition
import Domain
import Foundation
import TestApplication
import Testing

@testable import Services

@Suite struct IngestTests {
    private let png = TestPicture.png()

    @Test func `the same bytes are kept once for each owner`() async throws {
        try await TestApplication.run { application in
            let assembly = application.assembly
            let ada = try await assembly.member("ada", in: application)
            let first = try await assembly.add(png, for: ada)
            let again = try await assembly.add(png, details: ImageDetails(title: "other"), for: ada)
            #expect(!first.isDuplicate && again.isDuplicate)
            #expect(again.record.id == first.record.id && again.record.details.title == "")
            let other = try await assembly.add(png, for: .root)
            #expect(!other.isDuplicate && other.record.id != first.record.id)
            #expect(try application.files(in: "original").count == 1)
            #expect(try await application.nothingIsStaged())
        }
    }

    @Test func `a camera's raw file is refused by name, and nothing of it is kept`() async throws {
        // One directory with the version of DNG.
        let raw: [UInt8] = [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0xC6, 1, 0, 4, 0, 0, 0, 1, 4, 0, 0, 0, 0, 0, 0]
        try await TestApplication.run { application in
            let assembly = application.assembly
            let refusal = try await code { try await assembly.add(raw, name: "a.dng") }
            #expect(refusal == .unsupported)
            #expect(try application.files(in: "original").isEmpty)
            #expect(try await application.nothingIsStaged())
        }
    }

    @Test func `a hundred concurrent uploads of the same bytes create one image`() async throws {
        try await TestApplication.run { application in
            let receipts = try await withThrowingTaskGroup(of: Ingest.Receipt.self) { group in
                for _ in 0..<100 { group.addTask { try await application.assembly.add(png) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(receipts.count { !$0.isDuplicate } == 1)
            #expect(Set(receipts.map(\.record.id)).count == 1)
            #expect(try application.files(in: "original").count == 1)
            #expect(try await application.nothingIsStaged())
        }
    }

    @Test func `an upload of the same bytes restores a removed or lost original`() async throws {
        try await TestApplication.run { application in
            let (assembly, catalog) = (application.assembly, application.assembly.repository.catalog)
            let record = try await assembly.add(png).record
            let digest = record.content.digest
            let path = "\(application.folder)/original/\(try application.files(in: "original")[0])"
            // The file is lost, but the catalogue does not know.
            try FileManager.default.removeItem(atPath: path)
            #expect(try await assembly.add(png).isDuplicate)
            #expect(FileManager.default.contents(atPath: path) == Data(png))
            // The file is cut off.
            try Data(png.prefix(100)).write(to: URL(filePath: path))
            #expect(try await assembly.add(png).isDuplicate)
            #expect(FileManager.default.contents(atPath: path) == Data(png))
            // The owner has removed the original, and kept a rendition.
            _ = try await assembly.files.file(record.id, .thumbnail, for: .viewer(.root), client: .server)
            try await assembly.files.remove(record.id, .original, for: .root)
            #expect(try await catalog.file(of: digest, .original) == nil)
            #expect(try await assembly.ingest().alreadyKept(digest, of: .root) == nil)
            let restored = try await assembly.add(png)
            #expect(restored.isDuplicate && restored.record.id == record.id)
            #expect(try await assembly.ingest().alreadyKept(digest, of: .root)?.record.id == record.id)
            #expect(FileManager.default.contents(atPath: path) == Data(png))
        }
    }

    @Test func `an image without a title gets the name of its file`() async throws {
        try await TestApplication.run { application in
            let assembly = application.assembly
            let named = try await assembly.add(TestPicture.png(seed: 1), name: "a/b\\lake.jpeg")
            #expect(named.record.details.title == "lake")
            let titled = try await assembly.add(
                TestPicture.png(seed: 2), name: "x.png",
                details: ImageDetails(title: " own ", tags: [" b", "b ", "", "a"]))
            #expect(titled.record.details.title == "own" && titled.record.details.tags == ["b", "a"])
            #expect(try await assembly.add(TestPicture.png(seed: 3)).record.details.title == "")
        }
    }

    @Test func `a refused upload leaves nothing behind`() async throws {
        try await TestApplication.run { application in
            let assembly = application.assembly
            #expect(try await code { _ = try await assembly.add(png, for: .stranger) } == .unauthenticated)
            #expect(try await code { _ = try await assembly.add([]) } == .invalid)
            #expect(try await code { _ = try await assembly.add(Array("text".utf8)) } == .unsupported)
            #expect(try await code { _ = try await assembly.add(png.dropLast(5)) } == .damaged)
            let long = ImageDetails(title: String(repeating: "x", count: 501))
            #expect(try await code { _ = try await assembly.add(png, details: long) } == .invalid)
            let incoming = try await assembly.ingest(maximumBytes: Int64(png.count) - 1).receive(for: .root)
            #expect(try await code { try await incoming.append(png) } == .tooLarge)
            let announced = try await assembly.ingest().receive(for: .root)
            try await announced.append(png)
            let zeros = try #require(Digest(String(repeating: "0", count: 64)))
            #expect(
                try await code { _ = try await announced.finish(announced: zeros, verify: false) } == .digestMismatch)
            let broken = try await assembly.ingest().receive(for: .root)
            try await broken.append(TestPicture.broken())
            #expect(try await code { _ = try await broken.finish(announced: nil, verify: true) } == .damaged)
            #expect(try application.files(in: "original") == [])
            #expect(try await assembly.repository.catalog.statistics().images.count == 0)
        }
    }

    @Test func `a quota limits the total size of an account's originals`() async throws {
        try await TestApplication.run { application in
            let (assembly, bytes) = (application.assembly, Int64(png.count))
            let ada = try await assembly.member("ada", in: application, quotaBytes: 2 * bytes)
            let ingest = assembly.ingest()
            // An upload larger than the account's whole quota is refused before its first byte.
            #expect(
                try await code { _ = try await ingest.receive(for: ada, announced: 2 * bytes + 1) }
                    == .quotaExceeded(bytesLeft: 2 * bytes))
            _ = try await ingest.receive(for: ada, announced: 2 * bytes)
            let first = try await assembly.add(TestPicture.png(seed: 1), for: ada)
            try await assembly.add(TestPicture.png(seed: 2), for: ada)
            let third = TestPicture.png(seed: 3)
            #expect(try await code { _ = try await assembly.add(third, for: ada) } == .quotaExceeded(bytesLeft: 0))
            #expect(try application.files(in: "original").count == 2)
            #expect(try await assembly.add(TestPicture.png(seed: 1), for: ada).isDuplicate)
            try await assembly.library.delete(first.record.id, version: nil, isPermanent: true, for: ada)
            #expect(try await !assembly.add(third, for: ada).isDuplicate)
        }
    }

    @Test func `renditions are made at the configured time`() async throws {
        try await TestApplication.run { application in
            let assembly = application.assembly
            for (time, seed, state, files) in [
                (.never, 1, .pending, 0), (.now, 2, .ready, 1),
            ] as [(Ingest.DerivationTime, UInt32, ImageRecord.State, Int)] {
                let ingest = assembly.ingest(time)
                let incoming = try await ingest.receive(for: .root)
                try await incoming.append(TestPicture.png(seed: seed))
                let upload = try await incoming.finish(announced: nil, verify: false)
                let receipt = try await ingest.keep(
                    upload, fileName: nil, details: ImageDetails(title: ""), for: .root)
                #expect(receipt.record.state == state)
                #expect(try application.files(in: "thumbnail").count == files)
            }
            #expect(
                try await assembly.jobs.list(state: nil, kind: nil, after: nil, limit: 10, for: .root).elements == [])
        }
    }
}

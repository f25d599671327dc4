import CatalogStorage
import Composition
import Domain
import Foundation
import TestApplication
import Testing

@testable import Services

@Suite struct ArchivesTests {
    private static func order(_ images: [ImageID], _ type: FileType = .original) -> ArchiveOrder {
        var order = ArchiveOrder(.images(images))
        order.type = type
        return order
    }

    /// Runs a body with three images.
    private static func run(
        _ body: @escaping @Sendable (TestApplication, Archives, [ImageID]) async throws -> Void
    ) async throws {
        try await TestApplication.run { application in
            var images: [ImageID] = []
            for seed in 1...3 {
                images.append(
                    try await application.assembly.add(
                        TestPicture.png(seed: UInt32(seed)), details: ImageDetails(title: "photo")
                    ).record.id)
            }
            try await body(application, Archives(repository: application.assembly.repository), images)
        }
    }

    /// The reasons for which an order fails, by image.
    private static func reasons(_ order: ArchiveOrder, _ archives: Archives) async throws -> [ImageID: UnavailableFiles
        .Reason]
    {
        guard case .incomplete(let files) = try await code({ _ = try await archives.make(order, for: .root) }) else {
            return [:]
        }
        return Dictionary(uniqueKeysWithValues: files.first.map { ($0.image, $0.reason) })
    }

    @Test func `the same files give the same archive`() async throws {
        try await Self.run { application, archives, images in
            let first = try await archives.make(Self.order(images + images), for: .root).archive
            let second = try await archives.make(Self.order(images), for: .root).archive
            #expect(first.files == 3 && first.id == second.id)
            let reversed = try await archives.make(Self.order(images.reversed()), for: .root).archive
            #expect(reversed.fingerprint != first.fingerprint && reversed.bytes == first.bytes)
            // Another title gives another name in the archive.
            var changes = ImageChanges()
            changes.title = "another"
            _ = try await application.assembly.library.update(images[0], changes, version: nil, for: .root)
            #expect(try await archives.make(Self.order(images), for: .root).archive.fingerprint != first.fingerprint)
            #expect(abs(first.expires.seconds - Timestamp.now.seconds - 86_400) < 60)
        }
    }

    @Test func `unavailable files are reported with reasons`() async throws {
        try await Self.run { application, archives, images in
            let assembly = application.assembly
            let broken = try await assembly.add(TestPicture.broken()).record
            #expect(
                try await code {
                    _ = try await assembly.files.file(broken.id, .thumbnail, for: .viewer(.root), client: .server)
                }
                    == .damaged)
            _ = try await assembly.files.file(images[0], .thumbnail, for: .viewer(.root), client: .server)
            try await assembly.files.remove(images[0], .original, for: .root)
            var paths: [String] = []
            for image in images[1...] {
                let file = try await assembly.repository.catalog.files(of: image).first { $0.type == .original }
                paths.append("\(application.folder)/\(try #require(file).key.path)")
            }
            try FileManager.default.removeItem(atPath: paths[0])
            var bytes = try Data(contentsOf: URL(filePath: paths[1]))
            bytes[100] ^= 1
            try bytes.write(to: URL(filePath: paths[1]))
            var order = Self.order(images)
            #expect(try await Self.reasons(order, archives) == [images[0]: .removed, images[1]: .missing])
            order.verifies = true
            #expect(
                try await Self.reasons(order, archives) == [
                    images[0]: .removed, images[1]: .missing, images[2]: .damaged,
                ])
            #expect(
                try await Self.reasons(Self.order([images[0], images[1], broken.id], .thumbnail), archives) == [
                    images[1]: .notMade, broken.id: .cannotBeMade,
                ])
            order.verifies = false
            order.skipsUnavailable = true
            let partly = try await archives.make(order, for: .root)
            #expect(partly.archive.files == 1 && partly.leftOut.count == 2)
            order.verifies = true
            let none = order
            #expect(try await Self.reasons(none, archives).count == 3, "an archive of nothing is none")
            #expect(try await code { _ = try await archives.make(none, for: .stranger) } == .unauthenticated)
        }
    }

    @Test func `an archive is sent only while all of its files exist`() async throws {
        try await Self.run { application, archives, images in
            let archive = try await archives.make(Self.order(images), for: .root).archive
            #expect(try await archives.download(archive.id, for: .root).archive.files == 3)
            #expect(try await code { _ = try await archives.download(archive.id, for: .stranger) } == .notFound)
            #expect(try await code { _ = try await archives.archive(ArchiveID(), for: .root) } == .notFound)
            let files = application.assembly.files
            _ = try await files.file(images[2], .thumbnail, for: .viewer(.root), client: .server)
            try await files.remove(images[2], .original, for: .root)
            #expect(try await code { _ = try await archives.download(archive.id, for: .root) } == .gone)
            // Its description is kept until it expires.
            #expect(try await archives.archive(archive.id, for: .root).files == 3)
        }
    }

    @Test func `an archive that fails leaves nothing in the catalogue`() async throws {
        try await Self.run { application, archives, images in
            let unknown = ImageID()
            #expect(
                try await code { _ = try await archives.make(Self.order(images + [unknown]), for: .root) }
                    == .notFound)
            #expect(
                try await code { _ = try await archives.make(ArchiveOrder(.images([])), for: .root) } == .notFound)
            #expect(try await Self.reasons(Self.order(images, .thumbnail), archives).count == 3)
            let owner = try await application.assembly.accounts.account(.root, for: .root)
            let whole = try await archives.collection(
                of: owner, type: .original, skipsUnavailable: false, for: .root)
            let again = try await archives.collection(
                of: owner, type: .original, skipsUnavailable: false, for: .root)
            #expect(whole.archive.id == again.archive.id, "a collection that has not changed is not made again")
            try await application.assembly.library.delete(images[0], version: nil, for: .root)
            let fewer = try await archives.collection(
                of: owner, type: .original, skipsUnavailable: false, for: .root)
            #expect(fewer.archive.id != whole.archive.id && fewer.archive.files == 2)
        }
    }
}

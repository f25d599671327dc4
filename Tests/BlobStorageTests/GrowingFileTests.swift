import Domain
import Foundation
import SystemIO
import Testing

@testable import BlobStorage

/// Files of uploads that are sent in several requests.
@Suite struct GrowingFileTests {
    private let folder = NSTemporaryDirectory() + "tintype-growing-\(UniqueID())"
    private let hello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

    private func withStore(_ body: (FileBlobStore) async throws -> Void) async throws {
        let store = try FileBlobStore(root: FilePath(folder))
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(store)
        await store.close()
    }

    private func append(
        _ text: String, to name: String, at offset: Int64, digest: RunningDigest? = nil, in store: FileBlobStore
    ) async throws -> GrowingFile {
        let file = try #require(try await store.waiting.grow(name, from: offset, digest: digest))
        try await file.append(Array(text.utf8))
        try await file.synchronize()
        return file
    }

    @Test func `a file grows, and is published from where it is`() async throws {
        try await withStore { store in
            let name = WaitingFiles.newName()
            let first = try await append("hel", to: name, at: 0, in: store)
            #expect(first.offset == 3)
            let second = try await append("lo", to: name, at: 3, digest: first.digest, in: store)
            let summary = try await second.summary()
            #expect(summary.digest.description == hello && summary.bytes == 5)
            let blob = try #require(try await store.waiting.resume(name))
            let key = BlobKey(type: .original, digest: summary.digest, taken: nil, format: .jpeg)
            #expect(try await store.publish(blob, as: key))
            try await store.settle(blob)
            #expect(try await store.staged() == [name])
        }
    }

    @Test func `bytes after the offset are cut off`() async throws {
        try await withStore { store in
            let name = WaitingFiles.newName()
            let first = try await append("help!", to: name, at: 0, in: store)
            let second = try await append("lo", to: name, at: 3, digest: first.digest, in: store)
            #expect(second.digest == nil)
            #expect(try await second.summary().digest.description == hello)
            try await second.truncate(to: 1)
            try await second.append(Array("ello".utf8))
            #expect(try await second.summary().digest.description == hello)
        }
    }

    @Test func `a digest that belongs to other bytes is not used`() async throws {
        try await withStore { store in
            let other = try await append("123", to: WaitingFiles.newName(), at: 0, in: store)
            let name = WaitingFiles.newName()
            _ = try await append("hell", to: name, at: 0, in: store)
            let file = try await append("o", to: name, at: 4, digest: other.digest, in: store)
            #expect(try await file.summary().digest.description == hello)
            // Asked twice, it reads the file.
            #expect(try await file.summary().digest.description == hello)
        }
    }

    @Test func `a file that has lost bytes is not continued`() async throws {
        try await withStore { store in
            let name = WaitingFiles.newName()
            let missing = try await store.waiting.grow(name, from: 1, digest: nil)
            #expect(missing == nil)
            _ = try await append("hel", to: name, at: 0, in: store)
            let short = try await store.waiting.grow(name, from: 4, digest: nil)
            #expect(short == nil)
            for wrong in ["../x", "", "x"] {
                let file = try await store.waiting.grow(wrong, from: 0, digest: nil)
                #expect(file == nil)
            }
        }
    }
}

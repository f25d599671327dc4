import Domain
import Foundation
import SystemIO
import Testing

@testable import BlobStorage

/// Properties of the file store only: the locations of files.
@Suite struct FileBlobStoreTests {
    private let folder = NSTemporaryDirectory() + "tintype-blobs-\(UniqueID())"

    private func withStore(_ body: (FileBlobStore) async throws -> Void) async throws {
        let store = try FileBlobStore(root: FilePath(folder))
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(store)
        await store.close()
    }

    private func keep(_ text: String, in store: FileBlobStore) async throws -> BlobKey {
        let blob = try await store.stage()
        try await blob.append(Array(text.utf8))
        let key = BlobKey(type: .original, digest: try blob.finish().digest, taken: nil, format: .jpeg)
        _ = try await store.publish(blob, as: key)
        try await store.settle(blob)
        return key
    }

    @Test func `a file is below its type and date, and is named by its digest`() async throws {
        try await withStore { store in
            let key = try await keep("hello", in: store)
            let path = "original/2000/01/01/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824.jpg"
            #expect(key.path == path)
            #expect(FileManager.default.contents(atPath: "\(folder)/\(path)") == Data("hello".utf8))
        }
    }

    @Test func `a truncated file is replaced`() async throws {
        try await withStore { store in
            let key = try await keep("hello", in: store)
            try Data("hel".utf8).write(to: URL(fileURLWithPath: folder + "/" + key.path))
            _ = try await keep("hello", in: store)
            #expect(try await store.size(of: key) == 5)
        }
    }

    @Test func `folders that become empty are removed`() async throws {
        try await withStore { store in
            let key = try await keep("x", in: store)
            #expect(try await store.remove(key))
            #expect(!FileManager.default.fileExists(atPath: folder + "/original/2000"))
        }
    }

    @Test func `a link is not followed, and a stray file is listed`() async throws {
        try await withStore { store in
            let key = try await keep("x", in: store)
            let day = "\(folder)/original/2000/01/01"
            try Data("secret".utf8).write(to: URL(fileURLWithPath: folder + "/secret"))
            try FileManager.default.removeItem(atPath: "\(folder)/\(key.path)")
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/\(key.path)", withDestinationPath: folder + "/secret")
            await #expect(throws: SystemError.self) { _ = try await store.open(key) }
            try Data("stray".utf8).write(to: URL(fileURLWithPath: day + "/stray.txt"))
            var listed: [ListedBlob] = []
            for try await blobs in store.list(.original) { listed += blobs }
            #expect(listed.contains { $0.key == nil && $0.path == "original/2000/01/01/stray.txt" && $0.bytes == 5 })
        }
    }

    @Test(arguments: [
        "../x", "original/2000/01/01/../../x.jpg", "original/2000/13/01/" + String(repeating: "a", count: 64) + ".jpg",
        "x",
    ])
    func `a path that is not a key names nothing`(path: String) {
        #expect(BlobKey(path: path) == nil)
    }
}

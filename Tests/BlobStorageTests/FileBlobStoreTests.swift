import BlobStorage
import Domain
import Foundation
import SystemIO
import Testing

@Suite struct FileBlobStoreTests {
    private let folder = NSTemporaryDirectory() + "tintype-blobs-\(UniqueID())"

    private func withStore<Result>(_ body: (FileBlobStore) async throws -> Result) async throws -> Result {
        let store = try FileBlobStore(root: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let result = try await body(store)
        await store.close()
        return result
    }

    private func stage(_ text: String, in store: FileBlobStore) async throws -> (StagedBlob, BlobKey) {
        let blob = try await store.stage()
        for byte in text.utf8 { try await blob.append([byte]) }
        let summary = try blob.finish()
        return (blob, BlobKey(type: .original, digest: summary.digest, taken: nil, format: .jpeg))
    }

    @Test func `keeps what was staged under its digest`() async throws {
        try await withStore { store in
            let (blob, key) = try await stage("hello", in: store)
            #expect(
                key.path
                    == "original/2000/01/01/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824.jpg")
            #expect(try await store.open(key) == nil)
            #expect(try await store.publish(blob, as: key))
            try await store.settle(blob)
            #expect(try await store.size(of: key) == 5)
            #expect(try await store.digest(of: key)?.crc32 == 0x3610_A686)
            #expect(try await store.staged().isEmpty)
        }
    }

    @Test func `publishes the same content once`() async throws {
        try await withStore { store in
            let (first, key) = try await stage("hello", in: store)
            let (second, _) = try await stage("hello", in: store)
            #expect(try await store.publish(first, as: key))
            #expect(try await !store.publish(second, as: key))
        }
    }

    @Test func `replaces a file that was cut off`() async throws {
        try await withStore { store in
            let (first, key) = try await stage("hello", in: store)
            _ = try await store.publish(first, as: key)
            try await store.settle(first)
            try Data("hel".utf8).write(to: URL(fileURLWithPath: folder + "/" + key.path))
            let (second, _) = try await stage("hello", in: store)
            _ = try await store.publish(second, as: key)
            #expect(try await store.size(of: key) == 5)
        }
    }

    @Test func `removes what nobody published`() async throws {
        try await withStore { store in
            do {
                let blob = try await store.stage()
                try await blob.append([1, 2, 3])
                #expect(try await store.staged().count == 1)
            }
            #expect(try await store.staged().isEmpty)
        }
    }

    @Test func `sweeps what a crash left between file and catalogue`() async throws {
        try await withStore { store in
            let (known, knownKey) = try await stage("known", in: store)
            let (unknown, unknownKey) = try await stage("unknown", in: store)
            _ = try await store.publish(known, as: knownKey)
            _ = try await store.publish(unknown, as: unknownKey)
            #expect(try await store.sweep { $0 == knownKey } == 3)
            #expect(try await store.size(of: knownKey) == 5)
            #expect(try await store.size(of: unknownKey) == nil)
            #expect(try await store.staged().isEmpty)
            withExtendedLifetime((known, unknown)) {}
        }
    }

    @Test func `notes a removal until the file is gone`() async throws {
        try await withStore { store in
            let (blob, key) = try await stage("x", in: store)
            _ = try await store.publish(blob, as: key)
            try await store.settle(blob)
            let noted = try await store.remove([key]) {
                let names = try await store.staged()
                return (names, [key])
            }
            #expect(noted.count == 1 && noted[0].hasPrefix("original~2000~01~01~"))
            #expect(try await store.size(of: key) == nil)
            #expect(try await store.staged().isEmpty)
        }
    }

    @Test func `removes folders that become empty, and lists what is there`() async throws {
        try await withStore { store in
            let (blob, key) = try await stage("x", in: store)
            _ = try await store.publish(blob, as: key)
            #expect(try await store.days(of: .original) == ["original/2000/01/01"])
            #expect(try await store.files(of: "original/2000/01/01").map(\.key) == [key])
            #expect(try await store.remove(key))
            #expect(try await !store.remove(key))
            #expect(try await store.days(of: .original).isEmpty)
        }
    }

    @Test(arguments: [
        "../x", "original/2000/01/01/../../x.jpg", "original/2000/13/01/" + String(repeating: "a", count: 64) + ".jpg",
        "x",
    ])
    func `a path that is no key names nothing`(path: String) {
        #expect(BlobKey(path: path) == nil)
    }
}

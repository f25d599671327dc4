import Domain
import Foundation
import SystemIO
import Testing

@testable import BlobStorage

/// The conformers that the suite runs with.
enum BlobBackend: CaseIterable {
    case files, memory
    /// In memory, sent as if from another server.
    case remote

    /// Runs a body with an empty store in a temporary folder.
    func withStore(_ body: (any BlobStore) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tintype-blobs-\(UniqueID())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store: any BlobStore =
            switch self {
            case .files: try FileBlobStore(root: FilePath(folder))
            case .memory, .remote: try MemoryBlobStore(staging: FilePath(folder), isRemote: self == .remote)
            }
        do {
            try await body(store)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }
}

/// Properties of every store.
@Suite struct BlobStoreTests {
    private func stage(
        _ text: String, in store: any BlobStore, taken: String? = nil
    ) async throws -> (blob: StagedBlob, key: BlobKey) {
        let blob = try await store.stage()
        for byte in text.utf8 { try await blob.append([byte]) }
        let summary = try blob.finish()
        let date = taken.flatMap { CivilTime($0 + "T00:00:00") }
        return (blob, BlobKey(type: .original, digest: summary.digest, taken: date, format: .jpeg))
    }

    @discardableResult
    private func keep(_ text: String, in store: any BlobStore, taken: String? = nil) async throws -> BlobKey {
        let (blob, key) = try await stage(text, in: store, taken: taken)
        _ = try await store.publish(blob, as: key)
        try await store.settle(blob)
        return key
    }

    private func contents(_ source: ByteSource?, _ range: Range<Int64>? = nil) async throws -> String? {
        guard let source else { return nil }
        var text: [UInt8] = []
        for segment in try await source.content(range ?? 0..<source.length).segments.all() {
            switch segment {
            case .bytes(let bytes): text += bytes
            case .file(let slice): text += try slice.file.read(at: slice.offset, count: Int(slice.length))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    @Test(arguments: BlobBackend.allCases)
    func `nobody can see a staged file until it is published`(backend: BlobBackend) async throws {
        try await backend.withStore { store in
            let (blob, key) = try await stage("hello", in: store)
            #expect(try await store.open(key) == nil)
            #expect(try await store.openLocally(key) == nil)
            #expect(try await store.size(of: key) == nil)
            #expect(try await store.digest(of: key) == nil)
            #expect(try await store.publish(blob, as: key))
            #expect(try await contents(store.open(key)) == "hello")
            #expect(try await store.isInTransition(key.path))
            try await store.settle(blob)
            #expect(try await !store.isInTransition(key.path))
            #expect(try await store.staged().isEmpty)
            #expect(try await store.digest(of: key)?.crc32 == 0x3610_A686)
            #expect(try await store.digest(of: key)?.bytes == 5)
        }
    }

    @Test(arguments: BlobBackend.allCases)
    func `the same content is published once`(backend: BlobBackend) async throws {
        try await backend.withStore { store in
            let (first, key) = try await stage("hello", in: store)
            let (second, _) = try await stage("hello", in: store)
            #expect(try await store.publish(first, as: key))
            #expect(try await !store.publish(second, as: key))
            for blob in [first, second] { try await store.settle(blob) }
            #expect(try await contents(store.open(key)) == "hello")
        }
    }

    @Test(arguments: BlobBackend.allCases)
    func `a file is read completely, in parts, and locally`(backend: BlobBackend) async throws {
        try await backend.withStore { store in
            let key = try await keep("0123456789", in: store)
            let source = try #require(try await store.open(key))
            #expect(source.length == 10)
            #expect(try await contents(source, 3..<7) == "3456")
            #expect(try await contents(source, 9..<10) == "9")
            for (offset, count, expected) in [(0, 4, "0123"), (7, 9, "789"), (10, 1, ""), (99, 1, "")] {
                let bytes = try await store.read(source, at: Int64(offset), count: count)
                #expect(String(decoding: bytes, as: UTF8.self) == expected)
            }
            let local = try #require(try await store.openLocally(key))
            #expect(try local.read(at: 0, count: 99) == Array("0123456789".utf8))
        }
    }

    @Test(arguments: BlobBackend.allCases)
    func `an open file can be read to its end after it was removed`(backend: BlobBackend) async throws {
        try await backend.withStore { store in
            let key = try await keep("hello", in: store)
            let source = try await store.open(key)
            #expect(try await store.remove(key))
            #expect(try await !store.remove(key))
            #expect(try await store.open(key) == nil)
            #expect(try await contents(source) == "hello")
        }
    }

    @Test(arguments: BlobBackend.allCases)
    func `many files are opened, and their sizes read, in their order`(backend: BlobBackend) async throws {
        try await backend.withStore { store in
            let first = try await keep("a", in: store)
            let missing = BlobKey(type: .thumbnail, digest: try #require(first.digest), taken: nil, format: .png)
            let second = try await keep("bcd", in: store)
            let keys = [second, missing, first]
            #expect(try await store.sizes(of: keys) == [3, nil, 1])
            #expect(try await store.sizes(of: []) == [])
            #expect(try await store.open(keys).map { $0?.length } == [3, nil, 1])
            // More files than one call reads.
            let many = (0..<50).flatMap { _ in keys }
            #expect(try await store.sizes(of: many) == (0..<50).flatMap { _ in [3, nil, 1] as [Int64?] })
        }
    }

    @Test(arguments: BlobBackend.allCases)
    func `all files of a type are listed in the order of their keys`(backend: BlobBackend) async throws {
        try await backend.withStore { store in
            let later = try await keep("later", in: store, taken: "2021-05-31")
            let earlier = try await keep("earlier", in: store, taken: "2021-05-30")
            var listed: [ListedBlob] = []
            for try await blobs in store.list(.original) { listed += blobs }
            #expect(listed.map(\.key) == [earlier, later] && listed.map(\.bytes) == [7, 5])
            for try await blobs in store.list(.thumbnail) { #expect(blobs.isEmpty) }
        }
    }

    @Test(arguments: BlobBackend.allCases)
    func `an unpublished file is removed with its last reference`(backend: BlobBackend) async throws {
        try await backend.withStore { store in
            do {
                let blob = try await store.stage()
                try await blob.append([1, 2, 3])
                #expect(try await store.staged().count == 1)
            }
            #expect(try await store.staged().isEmpty)
        }
    }

    @Test(arguments: BlobBackend.allCases)
    func `files that a crash left between store and catalogue are removed`(backend: BlobBackend) async throws {
        try await backend.withStore { store in
            let (known, knownKey) = try await stage("known", in: store)
            let (unknown, unknownKey) = try await stage("unknown", in: store)
            _ = try await store.publish(known, as: knownKey)
            _ = try await store.publish(unknown, as: unknownKey)
            let count = try await store.removeLeftovers(isKnown: { $0 == knownKey }, isWaiting: { _ in false })
            #expect(count == 3)
            #expect(try await store.sizes(of: [knownKey, unknownKey]) == [5, nil])
            #expect(try await !store.isInTransition(knownKey.path))
            withExtendedLifetime((known, unknown)) {}
        }
    }

    @Test(arguments: BlobBackend.allCases)
    func `a waiting file outlives a restart if the catalogue names it, and is published from there`(
        backend: BlobBackend
    ) async throws {
        try await backend.withStore { store in
            var names: [String] = []
            var key: BlobKey?
            for text in ["named", "unnamed", "dropped"] {
                let (blob, blobKey) = try await stage(text, in: store)
                let file = try await store.waiting.add(blob)
                try await store.waiting.synchronize([file])
                if text != "dropped" { file.keep() }
                if text == "named" { key = blobKey }
                names.append(file.name)
            }
            #expect(try await Set(store.staged()) == Set(names.prefix(2)))
            let named = names[0]
            let count = try await store.removeLeftovers(isKnown: { _ in false }, isWaiting: { $0 == named })
            #expect(count == 1)
            #expect(try await contents(store.waiting.open(names[0])) == "named")
            for name in [names[1], "../x", ""] {
                let missing = try await store.waiting.open(name)
                #expect(missing == nil)
            }
            // A first attempt that is not completed does no harm.
            do { _ = try await store.waiting.resume(names[0]) }
            let published = try #require(key)
            let blob = try #require(try await store.waiting.resume(names[0]))
            #expect(try await blob.summarize().bytes == 5)
            #expect(try await store.publish(blob, as: published))
            try await store.settle(blob)
            #expect(try await contents(store.open(published)) == "named")
            try await store.waiting.remove(names)
            #expect(try await store.staged().isEmpty)
            let gone = try await store.waiting.resume(names[0])
            #expect(gone == nil)
        }
    }

    @Test(arguments: BlobBackend.allCases)
    func `a removal is noted until the file is removed`(backend: BlobBackend) async throws {
        try await backend.withStore { store in
            let (gone, stays) = (try await keep("gone", in: store), try await keep("stays", in: store))
            let noted = try await store.remove([gone, stays]) {
                let isNoted = [try await store.isInTransition(gone.path), try await store.isInTransition(stays.path)]
                return (isNoted, [gone])
            }
            #expect(noted == [true, true])
            #expect(try await store.sizes(of: [gone, stays]) == [nil, 5])
            #expect(try await store.staged().isEmpty)
        }
    }

    @Test(arguments: BlobBackend.allCases)
    func `a removal removes nothing if the catalogue fails`(backend: BlobBackend) async throws {
        struct Refusal: Error {}
        try await backend.withStore { store in
            let key = try await keep("stays", in: store)
            await #expect(throws: Refusal.self) {
                try await store.remove([key]) { () async throws -> (Void, [BlobKey]) in throw Refusal() }
            }
            #expect(try await store.size(of: key) == 5)
            #expect(try await store.staged().isEmpty)
        }
    }

    @Test(arguments: BlobBackend.allCases)
    func `a reset removes every file`(backend: BlobBackend) async throws {
        try await backend.withStore { store in
            let key = try await keep("gone", in: store)
            let blob = try await store.stage()
            try await store.reset()
            #expect(try await store.size(of: key) == nil)
            #expect(try await store.staged().isEmpty)
            withExtendedLifetime(blob) {}
        }
    }
}

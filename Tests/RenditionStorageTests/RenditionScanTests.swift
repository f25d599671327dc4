import Domain
import Foundation
import SystemIO
import Testing

@testable import RenditionStorage

/// What a process finds of earlier processes.
@Suite struct RenditionScanTests {
    private let folder = CacheFolder()

    @Test func `kept renditions are there after a restart, with their ages`() async throws {
        try await folder.withCache { try await $0.keep("hello", as: key(1)) }
        try folder.note(name(of: key(1), bytes: 5), usedAt: 2_000_000)
        try await folder.withCache { cache in
            let hit = try #require(try await cache.open(key(1)))
            #expect(try hit.text() == "hello" && hit.made == Timestamp(seconds: 1_000_000))
            #expect(cache.size == (1, 4096))
        }
    }

    @Test func `the order of uses survives a restart, and a smaller limit takes effect`() async throws {
        try await folder.withCache { cache in
            for number in 0..<8 { try await cache.keep("\(number)", as: key(UInt8(number))) }
        }
        for (age, number) in [3, 0, 6, 1, 5, 2, 7, 4].enumerated() {
            try folder.note(name(of: key(UInt8(number)), bytes: 1), usedAt: 2_000_000 + age)
        }
        try await folder.withCache(maximumBytes: 4 * 4096) { cache in
            #expect(cache.size.bytes <= 4 * 4096)
            let youngest = try [5, 2, 7, 4].map { try key($0).digest }
            #expect(Set(cache.digests).isSubset(of: youngest))
            #expect(try await cache.text(key(4)) == "4")
            #expect(try folder.files().count == cache.size.count)
        }
    }

    @Test func `incomplete, duplicate and foreign files are removed`() async throws {
        try await folder.withCache { try await $0.keep("hello", as: key(1)) }
        let digest = try key(2).digest.description
        try folder.write("draft", as: "drafts/left")
        try folder.write("hel", as: name(of: key(2), bytes: 5))
        try folder.write("older!", as: name(of: key(1), bytes: 6))
        try folder.note(name(of: key(1), bytes: 6), usedAt: 2_000_000)
        let recipe = try key(2).recipe
        for name in [
            "02/\(digest)/notes.txt", "02/\(digest)/-5.webp", "02/\(digest)/abc-5.webp",
            "02/\(digest)/\(recipe)-5.exe", "02/\(digest)/\(recipe)-05.webp", "02/no-digest/\(recipe)-5.webp",
            "03/\(digest)/\(recipe)-5.webp", "02/\(digest.dropLast())X/\(recipe)-5.webp",
        ] {
            try folder.write("12345", as: name)
        }
        try await folder.withCache { cache in
            let files = try folder.files()
            #expect(files == [try name(of: key(1), bytes: 5): 5])
            #expect(try await cache.text(key(1)) == "hello")
            #expect(cache.size == (1, 4096))
        }
    }

    @Test func `links are not followed, and files outside are not touched`() async throws {
        let precious = CacheFolder()
        try precious.write("precious", as: "a/photo.jpg")
        try precious.write("precious", as: "photo.jpg")
        try folder.write("a note", as: "README")
        try folder.write("a note", as: "drafts/folder/note")
        try folder.write("a note", as: "01/README")
        for (name, target) in [("aa", ""), ("01/bb", "/a"), ("drafts/cc", "/a"), ("dd", "/photo.jpg")] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder.path)/\(name)", withDestinationPath: precious.path + target)
        }
        try await folder.withCache { try await $0.keep("hello", as: key(1)) }
        #expect(try precious.files() == ["a/photo.jpg": 8, "photo.jpg": 8])
        #expect(try folder.files()["README"] == 6)
    }

    @Test func `the index counts its renditions`() throws {
        var index = RenditionIndex()
        var model: [RenditionKey: Int64] = [:]
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let key = try key(.random(in: 0..<6, using: &random), .random(in: 0..<6, using: &random))
            switch Int.random(in: 0..<10, using: &random) {
            case 0...4:
                let bytes = Int64.random(in: 0..<20_000, using: &random)
                index.insert(key, bytes: bytes, made: 0, noted: 0)
                model[key] = bytes
            case 5...6: #expect(index.remove(key)?.bytes == model.removeValue(forKey: key))
            case 7:
                let isToBeNoted = index.use(key, at: 599, noteEvery: 600)
                #expect(!isToBeNoted)
            case 8: #expect(Set(index.keys(of: key.digest)) == Set(model.keys.filter { $0.digest == key.digest }))
            default:
                let bound = Int64.random(in: 0..<100_000, using: &random)
                for gone in index.evict(to: bound) { #expect(model.removeValue(forKey: gone.key) == gone.bytes) }
                #expect(index.room <= bound)
            }
            #expect(index.count == model.count)
            #expect(index.room == model.values.reduce(0) { $0 + ($1 + 4095) / 4096 * 4096 })
            #expect(Set(index.digests) == Set(model.keys.map(\.digest)))
        }
    }
}

import Domain
import Runtime
import SystemIO
import Testing

@testable import RenditionStorage

@Suite struct RenditionCacheTests {
    private let folder = CacheFolder()

    @Test func `a kept rendition can be opened`() async throws {
        try await folder.withCache { cache in
            #expect(try await cache.open(key(1)) == nil)
            let before = Timestamp.now.seconds
            #expect(try await cache.keep("hello", as: key(1)).text() == "hello")
            let hit = try #require(try await cache.open(key(1)))
            #expect(try hit.text() == "hello" && hit.bytes == 5)
            #expect((before...Timestamp.now.seconds).contains(hit.made.seconds))
            #expect(try await cache.open(key(1, 2)) == nil)
            #expect(try await cache.open(key(2)) == nil)
            #expect(cache.size == (1, 4096))
            #expect(try folder.files() == [name(of: key(1), bytes: 5): 5])
        }
    }

    @Test func `a key has one file, whatever its length`() async throws {
        try await folder.withCache { cache in
            for text in ["first", "second", "other"] { try await cache.keep(text, as: key(1)) }
            #expect(try await cache.text(key(1)) == "other")
            #expect(cache.size == (1, 4096))
            #expect(try folder.files().count == 1)
        }
    }

    @Test func `a single rendition can be removed`() async throws {
        try await folder.withCache { cache in
            let (first, second, none) = (try key(1, 1), try key(1, 2), try key(1, 3))
            for key in [first, second] { try await cache.keep("some", as: key) }
            #expect(cache.holds(first) && !cache.holds(none))
            for key in [first, none] { try await cache.remove(key) }
            #expect(!cache.holds(first) && cache.holds(second) && cache.size == (1, 4096))
            #expect(try folder.files() == [name(of: second, bytes: 4): 4])
        }
    }

    @Test func `a draft that is not kept is removed`() async throws {
        try await folder.withCache { cache in
            do {
                let draft = try await cache.begin()
                try draft.file.write([1, 2, 3])
                #expect(try folder.files().count == 1)
                withExtendedLifetime(draft) {}
            }
            #expect(try folder.files().isEmpty)
            #expect(cache.size == (0, 0))
        }
    }

    @Test func `the least recently used renditions are removed first`() async throws {
        try await folder.withCache(maximumBytes: 8 * 4096) { cache in
            for number in 0..<8 { try await cache.keep("\(number)", as: key(UInt8(number))) }
            #expect(cache.size == (8, 8 * 4096))
            #expect(try await cache.text(key(0)) == "0")
            try await cache.use(key(2))
            try await cache.keep("8", as: key(8))
            // An eighth is free again, so that not every new rendition has to make room.
            #expect(cache.size == (7, 7 * 4096))
            #expect(Set(cache.digests) == Set(try [0, 2, 4, 5, 6, 7, 8].map { try key($0).digest }))
            #expect(try folder.files().count == 7)
            #expect(try await cache.open(key(1)) == nil)
        }
    }

    @Test func `a rendition larger than the cache is returned, but not kept`() async throws {
        try await folder.withCache(maximumBytes: 8192) { cache in
            try await cache.keep("small", as: key(1))
            let text = String(repeating: "x", count: 8193)
            #expect(try await cache.keep(text, as: key(2)).text() == text)
            #expect(try await cache.open(key(2)) == nil)
            #expect(try await cache.text(key(1)) == "small")
            #expect(try folder.files().count == 1)
        }
    }

    @Test func `a cache of size 0 keeps nothing, and removes earlier renditions`() async throws {
        try await folder.withCache { try await $0.keep("before", as: key(1)) }
        try await folder.withCache(maximumBytes: 0) { cache in
            #expect(cache.size == (0, 0))
            let hit = try await cache.keep("now", as: key(2))
            #expect(try hit.text() == "now")
            #expect(try await cache.open(key(1)) == nil)
            #expect(try await cache.open(key(2)) == nil)
            #expect(try folder.files().isEmpty)
        }
    }

    @Test func `all renditions of a content are removed at once, and open ones can still be read`() async throws {
        try await folder.withCache { cache in
            for recipe in 1...3 { try await cache.keep("\(recipe)", as: key(1, recipe)) }
            try await cache.keep("other", as: key(2))
            let open = try #require(try await cache.open(key(1, 2)))
            try await cache.purge(key(1).digest)
            for recipe in 1...3 { #expect(try await cache.open(key(1, recipe)) == nil) }
            #expect(try open.text() == "2")
            #expect(try folder.files() == [name(of: key(2), bytes: 5): 5] && cache.size == (1, 4096))
            #expect(try FileStatus.find(FilePath("\(folder.path)/\(RenditionKey.folder(of: key(1).digest))")) == nil)
            try await cache.purge(key(1).digest)
        }
    }

    @Test func `renditions of unknown contents are removed`() async throws {
        try await folder.withCache { cache in
            for content in UInt8(1)...4 { try await cache.keep("x", as: key(content)) }
            let known = try [2, 3].map { try key($0).digest }
            try await cache.purgeUnknown { known.contains($0) }
            #expect(Set(cache.digests) == Set(known))
            try await cache.reset()
            #expect(try cache.size == (0, 0) && folder.files().isEmpty)
        }
    }

    @Test func `a file that somebody else removed is no longer in the index`() async throws {
        try await folder.withCache { cache in
            try await cache.keep("hello", as: key(1))
            #expect(try Folder.remove(FilePath("\(folder.path)/\(name(of: key(1), bytes: 5))")))
            #expect(try await cache.open(key(1)) == nil)
            #expect(cache.size == (0, 0))
            try await cache.use(key(1))
            try await cache.purge(key(1).digest)
        }
    }

    @Test func `a truncated file is removed`() async throws {
        try await folder.withCache { cache in
            try await cache.keep("hello", as: key(1))
            try folder.write("hel", as: name(of: key(1), bytes: 5))
            #expect(try await cache.open(key(1)) == nil)
            #expect(try cache.size == (0, 0) && folder.files().isEmpty)
            try await cache.keep("hello", as: key(1))
            #expect(try await cache.text(key(1)) == "hello")
        }
    }

    @Test func `uses are written to the file system now and then`() async throws {
        try await folder.withCache { try await $0.keep("hello", as: key(1)) }
        let path = "\(folder.path)/\(try name(of: key(1), bytes: 5))"
        try folder.note(name(of: key(1), bytes: 5), usedAt: 2_000_000)
        try await folder.withCache { cache in
            _ = try await cache.open(key(1))
            let noted = try #require(try FileStatus.find(FilePath(path)))
            #expect(abs(Timestamp.now.seconds - noted.accessed / 1_000_000_000) < 600)
            #expect(noted.modified == 1_000_000_000_000_000)
        }
    }

    @Test func `many tasks keep, open and purge in a cache that is too small`() async throws {
        try await folder.withCache(maximumBytes: 4 * 4096) { cache in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<16 {
                    group.addTask {
                        for round in 0..<60 {
                            let key = try key(UInt8((number + round) % 5), (number * 7 + round) % 3)
                            let text = "\(key.digest) \(key.recipe)"
                            if let kept = try await cache.text(key) { #expect(kept == text) }
                            if round % 10 == 9 { try await cache.purge(key.digest) }
                            #expect(try await cache.keep(text, as: key).text() == text)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(cache.size.bytes <= 4 * 4096)
            // A file that was removed while it was kept again is noticed at the next request. Every file is counted.
            #expect(try folder.files().count <= cache.size.count)
        }
    }
}

import CatalogStorage
import Domain
import Testing

@Suite struct FileTests {
    @Test func `a record is ready when both renditions are kept`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let image = try await fixture.add(1)
            func state() async throws -> ImageRecord.State? { try await catalog.image(image.id)?.state }
            try await fixture.damage(1, reason: "truncated")
            #expect(try await state() == .damaged)
            try await fixture.show([file(1, .thumbnail)])
            #expect(try await state() == .damaged)
            try await fixture.show([file(1, .fullSize), file(1, .thumbnail, bytes: 20)])
            #expect(try await state() == .ready)
            #expect(try await catalog.statistics().files[.thumbnail]?.bytes == 20)
            try await catalog.removeFile(at: file(1, .thumbnail).key)
            try await catalog.clearDamage(of: digest(1))
            #expect(try await state() == .pending)
            #expect(try await catalog.removeFile(at: file(1, .thumbnail).key) == false)
        }
    }

    @Test func `the access to a file has the properties that decide who may see it`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let image = try await fixture.add(1, Sample(details: ImageDetails(title: "cat", visibility: .public)))
            let original = try #require(try await fixture.catalog.access(to: image.id, .original))
            #expect(original.file?.key == file(1, .original).key && original.file?.dateUploaded == image.dateAdded)
            #expect(
                original.access.owner == .root && original.access.visibility == .public
                    && original.access.title == "cat" && original.access.fileName == "cat")
            let thumbnail = try #require(try await fixture.catalog.access(to: image.id, .thumbnail))
            #expect(thumbnail.file == nil && thumbnail.access.digest == digest(1))
            #expect(try await fixture.catalog.access(to: ImageID(), .original) == nil)
        }
    }

    @Test func `all files and all missing files are on the pages of their lists`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let other = AccountID()
            try await catalog.addAccount(NewAccount(id: other, handle: try #require(Handle("other"))))
            for n in 0..<20 {
                try await fixture.add(n)
                if n < 5 { try await fixture.add(n, Sample(owner: other)) }
                if n < 10 { try await fixture.show([file(n, .thumbnail)]) }
            }
            try await fixture.damage(12, reason: "truncated")
            let files = try await all {
                try await catalog.files(ofType: .thumbnail, visibleTo: .everything, after: $0, limit: 3)
            }
            #expect(files.count == 15 && Set(files.map(\.image)).count == 15)
            let missing = try await all {
                try await catalog.images(lacking: .thumbnail, visibleTo: .everything, after: $0, limit: 3)
            }
            #expect(missing.count == 10 && missing.compactMap(\.damage) == ["truncated"])
            let compressed = try await all {
                try await catalog.images(lacking: .compressed, visibleTo: .everything, after: $0, limit: 3)
            }
            #expect(compressed.count == 25)
            let contents = try await all { try await catalog.contents(lacking: .thumbnail, after: $0, limit: 3) }
            #expect(contents == (10..<20).filter { $0 != 12 }.map(digest))
            #expect(try await all { try await catalog.allFiles(after: $0, limit: 7) }.count == 30)
        }
    }

    private func all<Element>(_ page: (Cursor?) async throws -> Page<Element>) async throws -> [Element] {
        var elements: [Element] = []
        var cursor: Cursor?
        repeat {
            let next = try await page(cursor)
            elements += next.elements
            cursor = next.next
        } while cursor != nil
        return elements
    }
}

import Domain
import Testing

@testable import CatalogStorage
@testable import SQL

private let start = Timestamp(seconds: 1_800_000_000)
private let quarter = Orientation.all[1]

/// Images whose originals are replaced, and what they were before.
@Suite struct VersionTests {
    private static let first = Sample(
        details: ImageDetails(
            title: "harbour", tags: ["sea"], visibility: .public, rotation: quarter,
            externalID: "h-1"),
        taken: CivilTime(year: 2020, month: 5, day: 6), bytes: 1000, dateAdded: start, sentName: "raw.jpg",
        camera: ("Canon", "R5", nil), place: (48, 11))
    private static let second = Sample(
        taken: CivilTime(year: 2021, month: 1, day: 1), bytes: 300, dateAdded: start.advanced(bySeconds: 60),
        sentName: "edited.jpg", camera: ("Nikon", "Z9", nil), place: (10, 20))

    private func replace(
        _ image: ImageRecord, by sample: Sample = Self.second, number: Int = 2, keepsVersion: Bool = true,
        in catalog: Catalog
    ) async throws -> ImageRecord? {
        let outcome = try await catalog.replaceOriginal(
            of: image.id, by: sample.replacement(number), keepsVersion: keepsVersion,
            queueDerive: true)
        if case .replaced(let record, _) = outcome { return record }
        return nil
    }

    /// An archive of the original.
    private func archive(of image: ImageRecord, in catalog: Catalog) async throws -> ArchiveID {
        let (id, expires) = (ArchiveID(), Timestamp.now.advanced(bySeconds: 1000))
        try await catalog.beginArchive(
            id, owner: .root, collection: nil, name: "images", type: .original, expires: expires)
        let entry = ArchiveEntry(
            position: 0, image: image.id, version: image.version, digest: image.content.digest, name: "a.jpg",
            bytes: 1000, crc32: 0xFFFF_FFFF, date: ArchivedDate(taken: nil, added: image.dateAdded), offset: 0,
            directoryOffset: 0)
        try await catalog.addEntries([entry], to: id)
        return try await catalog.finishArchive(
            Archive(
                id: id, owner: .root, name: "images", type: .original, files: 1, bytes: 1200, directoryOffset: 1100,
                directoryLength: 100, fingerprint: digest(1), dateCreated: .now, expires: expires)
        ).id
    }

    private func turned(_ type: FileType) -> StoredFile {
        StoredFile(
            digest: digest(1), type: type,
            key: BlobKey(type: type, digest: digest(1), rotation: quarter, taken: nil, format: .jpeg), format: .jpeg,
            rotation: quarter, width: 1, height: 2, bytes: 7, crc32: 9, dateUploaded: start)
    }

    private func ids(_ term: SearchTerm, _ catalog: Catalog) async throws -> [ImageID] {
        var criteria = SearchCriteria()
        criteria.terms = [term]
        return try await catalog.ids(matching: criteria, visibleTo: .everything).elements
    }

    private func near(_ latitude: Double, _ longitude: Double) throws -> SearchTerm {
        SearchTerm(.near(try #require(GeographicCircle(latitude: latitude, longitude: longitude, kilometres: 5))))
    }

    private func bytesUsed(_ catalog: Catalog) async throws -> Int64? {
        try await catalog.account(AccountID.root)?.bytesUsed
    }

    @Test(arguments: TestedDialect.allCases)
    func `an image with another original keeps what a person has said of it`(dialect: TestedDialect) async throws {
        try await Fixture.run(dialect) { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let image = try await fixture.add(1, Self.first)
            let replaced = try #require(try await self.replace(image, in: catalog))
            #expect(replaced.id == image.id && replaced.version == image.version + 1)
            #expect(replaced.content.digest == digest(2) && replaced.bytes == 300 && replaced.state == .pending)
            #expect(replaced.details.title == "harbour" && replaced.details.tags == ["sea"])
            #expect(replaced.details.rotation == .upright && replaced.details.externalID == "h-1")
            #expect(replaced.sentName == "edited.jpg" && replaced.dateAdded == image.dateAdded)
            #expect(replaced.taken?.local == CivilTime(year: 2021, month: 1, day: 1))
            for (old, new) in [("canon", "nikon"), ("raw", "edited")] {
                #expect(try await ids(SearchTerm(.words(WordMatch(old))), catalog) == [])
                #expect(try await ids(SearchTerm(.words(WordMatch(new))), catalog) == [image.id])
            }
            #expect(try await ids(near(48, 11), catalog) == [])
            #expect(try await ids(near(10, 20), catalog) == [image.id])
            #expect(try await catalog.files(of: image.id).map(\.digest) == [digest(2)])
            #expect(try await catalog.statistics().images.count == 1)
            #expect(try await catalog.statistics().images.bytes == 300)
        }
    }

    @Test(arguments: TestedDialect.allCases)
    func `a version is in the trash, and the image can be what it was`(dialect: TestedDialect) async throws {
        try await Fixture.run(dialect) { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let image = try await fixture.add(1, Self.first)
            try await fixture.show([.thumbnail, .fullSize].map(turned))
            let before = try #require(try await catalog.image(image.id))
            #expect(before.state == .ready)
            let files = try await catalog.files(of: image.id)
            _ = try await self.replace(before, in: catalog)
            #expect(try await self.bytesUsed(catalog) == 1300)
            let trashed = try await catalog.trashedImages(of: .root, after: nil, limit: 9).elements
            let version = try #require(trashed.first)
            #expect(trashed.count == 1 && version.versionOf == image.id && version.record.id != image.id)
            #expect(version.record.content.digest == digest(1) && version.record.details.title == "harbour")
            #expect(version.record.details.externalID == nil && version.record.details.rotation == quarter)

            guard case .restored(let restored) = try await catalog.restoreImage(version.record.id, now: start) else {
                Issue.record("the version cannot be restored")
                return
            }
            #expect(restored.id == image.id && restored.version == before.version + 2 && restored.state == .ready)
            #expect(restored.details == before.details && restored.content == before.content)
            #expect(restored.sentName == "raw.jpg" && restored.bytes == 1000)
            #expect(try await catalog.files(of: image.id).map(\.key) == files.map(\.key))
            #expect(try await ids(near(48, 11), catalog) == [image.id])
            #expect(try await self.bytesUsed(catalog) == 1300)
            let other = try await catalog.trashedImages(of: .root, after: nil, limit: 9).elements
            #expect(other.map(\.record.content.digest) == [digest(2)] && other.map(\.versionOf) == [image.id])
            #expect(try await catalog.restoreImage(version.record.id) == .notFound)
        }
    }

    @Test func `what an image has to itself, and what archives name, goes with the version`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let image = try await fixture.add(1, Self.first)
            let compressed = StoredFile(
                digest: digest(1), type: .compressed,
                key: BlobKey(type: .compressed, digest: digest(1), image: image.id, taken: nil, format: .webp),
                format: .webp, rotation: quarter, width: 3, height: 4, bytes: 5, crc32: 1, dateUploaded: start)
            #expect(try await catalog.showFile(compressed, only: image.id))
            let archive = try await self.archive(of: image, in: catalog)
            func archived() async throws -> Int64 {
                try await catalog.presentEntries(of: archive, visibleTo: .owner(.root))
            }
            #expect(try await archived() == 1)
            _ = try await self.replace(image, in: catalog)
            #expect(try await archived() == 1)
            #expect(try await catalog.access(to: image.id, .compressed)?.file == nil)
            // What was begun for the former content does not become the image's.
            #expect(try await !catalog.showFile(compressed, only: image.id))
            #expect(try await catalog.hideFile(.original, of: image.id, with: digest(1)) == nil)
            #expect(
                try await catalog.deleteImage(image.id, with: digest(1), expectedVersion: nil) == .conflict(version: 2))
            #expect(try await catalog.access(to: image.id, .original)?.file?.digest == digest(2))
            let version = try #require(
                try await catalog.trashedImages(of: .root, after: nil, limit: 9).elements.first?.record.id)
            _ = try await catalog.restoreImage(version)
            #expect(try await archived() == 1)
            #expect(try await catalog.access(to: image.id, .compressed)?.file?.key == compressed.key)
        }
    }

    @Test func `a version goes with its image if that is deleted for good, and becomes an image if it is sent again`()
        async throws
    {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let image = try await fixture.add(1, Self.first)
            let replaced = try #require(try await self.replace(image, in: catalog))
            let own = try #require(try await catalog.restoreImage(of: digest(1), owner: .root))
            #expect(own.id != image.id && own.details.title == "harbour" && own.content.digest == digest(1))
            #expect(try await catalog.image(image.id)?.content.digest == digest(2))
            // Not twice: the account has these bytes.
            #expect(
                try await catalog.replaceOriginal(
                    of: image.id, by: Self.first.replacement(1), keepsVersion: true,
                    queueDerive: false) == .duplicate(own.id))
            _ = try await self.replace(replaced, by: Self.first, number: 3, in: catalog)
            #expect(try await catalog.trashedImages(of: .root, after: nil, limit: 9).elements.count == 1)
            _ = try await catalog.deleteImage(image.id, expectedVersion: nil)
            #expect(try await catalog.trashedImages(of: .root, after: nil, limit: 9).elements.isEmpty)
            #expect(try await catalog.deletedImages(after: nil, limit: 9).elements.map(\.digest) == [digest(2)])
            #expect(try await self.bytesUsed(catalog) == 1000)
        }
    }

    @Test func `a version whose image is in the trash or gone becomes an image of its own`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let image = try await fixture.add(1, Self.first)
            _ = try await self.replace(image, in: catalog)
            _ = try await catalog.trashImage(image.id, expectedVersion: nil)
            let trashed = try await catalog.trashedImages(of: .root, after: nil, limit: 9).elements
            let version = try #require(trashed.first { $0.versionOf != nil })
            guard case .restored(let own) = try await catalog.restoreImage(version.record.id) else {
                Issue.record("the version cannot be restored")
                return
            }
            #expect(own.id == version.record.id && own.details.title == "harbour")
            #expect(try await catalog.restoreImage(image.id) != .notFound)
            #expect(try await catalog.statistics().images.count == 2)
        }
    }

    @Test func `a quota counts the version too, and without a trash only what there is`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let image = try await fixture.add(1, Self.first)
            var changes = AccountChanges()
            changes.quotaBytes = .some(1200)
            _ = try await catalog.updateAccount(.root, changes)
            await #expect(throws: CatalogError.self) { _ = try await self.replace(image, in: catalog) }
            #expect(try await catalog.image(image.id)?.content.digest == digest(1), "nothing has changed")
            #expect(try await self.bytesUsed(catalog) == 1000)
            let replaced = try #require(try await self.replace(image, keepsVersion: false, in: catalog))
            #expect(try await self.bytesUsed(catalog) == 300)
            // Also if the image had given its original up.
            _ = try await catalog.hideFile(.original, of: image.id)
            #expect(try await self.bytesUsed(catalog) == 0)
            _ = try await self.replace(replaced, by: Self.first, number: 3, keepsVersion: false, in: catalog)
            #expect(try await self.bytesUsed(catalog) == 1000)
            #expect(try await catalog.deletedImages(after: nil, limit: 9).elements.count == 2)
        }
    }
}

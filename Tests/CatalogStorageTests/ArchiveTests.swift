import CatalogStorage
import Domain
import Testing

@Suite struct ArchiveTests {
    private static let soon = Timestamp.now.advanced(bySeconds: 1000)

    /// Puts images into an archive, each with 1,000 bytes at every 1,100th byte, and 100 bytes in the list of files.
    @discardableResult
    private func archive(
        _ images: [ImageRecord], in catalog: Catalog, owner: AccountID? = .root, fingerprint: Int = 1
    ) async throws -> Archive {
        let id = ArchiveID()
        try await catalog.beginArchive(
            id, owner: owner, collection: nil, name: "images", type: .original, expires: Self.soon)
        let entries = images.enumerated().map { index, image in
            ArchiveEntry(
                position: Int64(index), image: image.id, version: image.version, digest: image.content.digest,
                name: "\(index).jpg", bytes: 1000, crc32: 0xFFFF_FFFF,
                date: ArchivedDate(taken: nil, added: image.dateAdded), offset: Int64(index) * 1100,
                directoryOffset: Int64(index) * 100)
        }
        try await catalog.addEntries(entries, to: id)
        let count = Int64(images.count)
        return try await catalog.finishArchive(
            Archive(
                id: id, owner: owner, name: "images", type: .original, files: count, bytes: count * 1200,
                directoryOffset: count * 1100, directoryLength: count * 100, fingerprint: digest(fingerprint),
                dateCreated: .now, expires: Self.soon))
    }

    private func images(_ count: Int, in fixture: Fixture) async throws -> [ImageRecord] {
        var images: [ImageRecord] = []
        for number in 1...count { images.append(try await fixture.add(number)) }
        return images
    }

    @Test func `finds the entry at a byte`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let made = try await archive(try await images(7, in: fixture), in: catalog)
            for (offset, position) in [(0, 0), (1099, 0), (1100, 1), (5499, 4), (6600, 6), (7699, 6)]
                as [(Int64, Int64)]
            {
                #expect(try await catalog.position(in: made, atOrBefore: offset, inDirectory: false) == position)
            }
            #expect(try await catalog.position(in: made, atOrBefore: 399, inDirectory: true) == 3)
            let page = try await catalog.presentEntries(of: made.id, from: 5, limit: 9, visibleTo: .everything)
            #expect(page.map(\.entry.position) == [5, 6] && page.map(\.entry.name) == ["5.jpg", "6.jpg"])
            #expect(page.first?.file.key == file(6, .original).key && page.first?.file.bytes == 1000)
        }
    }

    @Test func `an archive tells how far its last download is`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let images = try await images(2, in: fixture)
            let made = try await archive(images, in: catalog)
            let start = Timestamp.now
            func record(_ offset: Int64, after seconds: Double) async throws {
                try await catalog.recordSent(offset, of: made.id, now: start.advanced(bySeconds: seconds))
            }
            func state(after seconds: Double) async throws -> String? {
                let now = start.advanced(bySeconds: seconds)
                return try await catalog.archive(made.id).map { "\($0.state(at: now)) \($0.bytesSent)" }
            }
            #expect(try await state(after: 0) == "ready 0")
            try await record(500, after: 4)
            // Requests are not recorded in the order of their times.
            try await record(400, after: 2)
            #expect(try await state(after: 13.9) == "sending 500")
            #expect(try await state(after: 14) == "interrupted 500")
            let since = start.advanced(bySeconds: 4)
            #expect(try await catalog.archives(sentSince: since, of: .root).map(\.id) == [made.id])
            #expect(try await catalog.archives(sentSince: since.advanced(bySeconds: 1), of: .root).isEmpty)
            let another = try await fixture.addAccount("another")
            #expect(try await catalog.archives(sentSince: start, of: another).isEmpty)
            try await record(2400, after: 20)
            #expect(try await state(after: 99) == "sent 2400")
            // The same files again are the same archive, with a download to come.
            try await archive(images, in: catalog)
            #expect(try await state(after: 99) == "ready 0")
        }
    }

    @Test func `the archives of a removed account expire, and no others`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let (alice, bob) = try await (fixture.addAccount("alice"), fixture.addAccount("bob"))
            let images = try await images(2, in: fixture)
            var archives: [ArchiveID] = []
            for (number, owner) in [alice, bob, nil].enumerated() {
                archives.append(try await archive(images, in: catalog, owner: owner, fingerprint: number).id)
            }
            #expect(try await catalog.deleteAccount(alice))
            var left: [Int] = []
            for (number, archive) in archives.enumerated() where try await catalog.archive(archive) != nil {
                left.append(number)
            }
            #expect(left == [1, 2])
        }
    }

    @Test func `hidden and replaced files are not in the archive`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let images = try await images(4, in: fixture)
            let id = try await archive(images, in: catalog).id
            #expect(try await catalog.presentEntries(of: id, visibleTo: .everything) == 4)
            #expect(try await catalog.presentEntries(of: id, visibleTo: .everyone) == 0)
            _ = try await catalog.hideFile(.original, of: images[0].id)
            #expect(try await catalog.presentEntries(of: id, visibleTo: .everything) == 3)
            try await catalog.addFiles([file(2, .original, bytes: 999)])
            #expect(try await catalog.presentEntries(of: id, visibleTo: .everything) == 2)
            _ = try await catalog.hideFile(.original, of: images[2].id)
            #expect(try await catalog.presentEntries(of: id, visibleTo: .everything) == 1)
            #expect(try await catalog.entries(of: id, from: 0, limit: 10).count == 4)
        }
    }

    @Test func `trashed and deleted images stay in the archive until it expires, unless they were hidden`() async throws
    {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            var images: [ImageRecord] = []
            for number in 1...4 {
                images.append(
                    try await fixture.add(
                        number,
                        Sample(
                            details: ImageDetails(
                                title: "", visibility: number == 4 ? .private : .public, publicOriginal: true))))
            }
            let id = try await archive(images, in: catalog).id
            _ = try await catalog.trashImage(images[0].id, expectedVersion: nil)
            _ = try await catalog.deleteImage(images[1].id, expectedVersion: nil)
            _ = try await catalog.trashImage(images[3].id, expectedVersion: nil)
            _ = try await catalog.deleteTrashed(.image(images[3].id))
            #expect(try await catalog.account(AccountID.root)?.bytesUsed == 2000, "what is deleted counts no more")
            #expect(try await catalog.presentEntries(of: id, visibleTo: .everything) == 4)
            #expect(try await catalog.presentEntries(of: id, visibleTo: .everyone) == 3)
            let page = try await catalog.presentEntries(of: id, from: 0, limit: 3, visibleTo: .everything)
            #expect(page.map(\.entry.position) == [0, 1, 2])
            #expect(page.map(\.file.key) == (1...3).map { file($0, .original).key })
            #expect(try await catalog.deletedImages(after: nil, limit: 9).elements == [])
            #expect(try await catalog.purge(images[1].id) == .notFound)
            // Two hours are left to a download that has begun.
            let end = Self.soon.advanced(bySeconds: Catalog.archiveGraceSeconds)
            let early = try await catalog.deletedImages(after: nil, limit: 9, now: end.advanced(bySeconds: -10))
            #expect(early.elements == [])
            let due = try await catalog.deletedImages(after: nil, limit: 9, now: end.advanced(bySeconds: 10))
            #expect(due.elements.map(\.id) == [images[1].id, images[3].id])
            let purged = try await catalog.purge(images[1].id, now: end.advanced(bySeconds: 10))
            guard case .deleted(let files, isContentGone: true) = purged else {
                Issue.record("\(purged)")
                return
            }
            #expect(files.map(\.key) == [file(2, .original).key])
        }
    }

    @Test func `identical archives are kept once`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let images = try await images(2, in: fixture)
            let first = try await archive(images, in: catalog)
            #expect(try await archive(images, in: catalog).id == first.id)
            #expect(try await archive(images, in: catalog, owner: nil).id != first.id)
            #expect(try await archive(images, in: catalog, fingerprint: 2).id != first.id)
        }
    }

    @Test func `the oldest archives expire if there is no room, and are removed step by step`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let images = try await images(5, in: fixture)
            let oldest = try await archive(images, in: catalog, fingerprint: 1)
            let newer = try await archive(images, in: catalog, fingerprint: 2)
            let strangers = try await archive(images, in: catalog, owner: nil, fingerprint: 3)
            try await catalog.makeRoom(forArchiveOf: .root, files: 4, maximum: 9)
            #expect(try await catalog.archive(oldest.id) == nil)
            #expect(try await catalog.archive(newer.id) == newer)
            #expect(try await catalog.archive(strangers.id) == strangers)
            // A download of it may still be active.
            #expect(try await catalog.entries(of: oldest.id, from: 0, limit: 10).count == 5)
            let later = Timestamp.now.advanced(bySeconds: 10)
            var left: [Int] = []
            while try await catalog.forgetArchives(expiredBefore: later, limit: 2) {
                left.append(try await catalog.entries(of: oldest.id, from: 0, limit: 10).count)
            }
            #expect(left == [3, 1, 0])
            #expect(try await catalog.entries(of: newer.id, from: 0, limit: 10).count == 5)
        }
    }

    @Test func `nobody can see an unfinished archive`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let id = ArchiveID()
            try await fixture.catalog.beginArchive(
                id, owner: nil, collection: "c", name: "x", type: .thumbnail, expires: Self.soon)
            #expect(try await fixture.catalog.archive(id) == nil)
            #expect(
                try await fixture.catalog.archive(ofCollection: "c", owner: .root, visibleTo: .everything) == nil)
            try await fixture.catalog.discardArchive(id)
            #expect(try await fixture.catalog.forgetArchives(expiredBefore: .now))
            #expect(try await fixture.catalog.forgetArchives(expiredBefore: .now) == false)
        }
    }
}

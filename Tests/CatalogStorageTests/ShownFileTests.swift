import CatalogStorage
import Domain
import Testing

private let start = Timestamp(seconds: 1_800_000_000)

/// What images of the same bytes, of two accounts, show.
@Suite struct ShownFileTests {
    private static let renditions = [file(1, .thumbnail), file(1, .fullSize)]

    /// Two images of one content: hers is ready, his is new.
    private struct Images {
        let catalog: Catalog
        let hers: ImageRecord
        let his: ImageRecord

        func state(_ image: ImageRecord) async throws -> ImageRecord.State? {
            try await catalog.image(image.id)?.state
        }

        /// Hers and his.
        func states() async throws -> [ImageRecord.State?] { [try await state(hers), try await state(his)] }

        func types(_ image: ImageRecord) async throws -> Set<FileType> {
            Set(try await catalog.files(of: image.id).map(\.type))
        }

        func file(_ type: FileType, of image: ImageRecord) async throws -> StoredFile? {
            try await catalog.access(to: image.id, type)?.file
        }
    }

    private func run(_ body: (Images) async throws -> Void) async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let other = AccountID()
            try await fixture.catalog.addAccount(NewAccount(id: other, handle: try #require(Handle("other"))))
            let hers = try await fixture.add(1)
            try await fixture.show(Self.renditions)
            let added = hers.dateAdded.advanced(bySeconds: 1000)
            let his = try await fixture.add(1, Sample(owner: other, dateAdded: added, queueDerive: true))
            try await body(Images(catalog: fixture.catalog, hers: hers, his: his))
        }
    }

    @Test func `an image of known content is pending until its own job has ended`() async throws {
        try await run { images in
            let catalog = images.catalog
            #expect(try await images.states() == [.ready, .pending])
            #expect(try await images.types(images.his) == [.original])
            #expect(try await images.file(.original, of: images.his)?.dateUploaded == images.his.dateAdded)
            let missing = try await catalog.images(
                lacking: .thumbnail, visibleTo: .everything, after: nil, limit: 9)
            #expect(missing.elements.map(\.image) == [images.his.id])
            let job = try #require(try await catalog.lease(worker: "a", limit: 9, seconds: 60, now: start).first).job
            #expect(job.work == .derive(digest(1)))
            #expect(try await catalog.complete(job.id, worker: "a", now: start))
            #expect(try await images.state(images.his) == .ready)
            #expect(try await images.types(images.his) == [.original, .thumbnail, .fullSize])
            #expect(try await images.file(.thumbnail, of: images.his)?.dateUploaded == start)
            #expect(try await images.file(.thumbnail, of: images.hers)?.dateUploaded != start)
        }
    }

    @Test func `an image that is added while the job of its content runs is ready when that ends`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let other = AccountID()
            try await catalog.addAccount(NewAccount(id: other, handle: try #require(Handle("other"))))
            try await fixture.add(1, Sample(queueDerive: true))
            let job = try #require(try await catalog.lease(worker: "a", limit: 9, seconds: 60, now: start).first).job
            try await catalog.addFiles(Self.renditions)
            let late = try await fixture.add(1, Sample(owner: other, queueDerive: true))
            #expect(try await catalog.complete(job.id, worker: "a", now: start))
            #expect(try await catalog.image(late.id)?.state == .ready)
        }
    }

    @Test func `a file that one image shows no more stays for the other`() async throws {
        try await run { images in
            try await images.catalog.showRenditions(of: images.his.id)
            #expect(try await images.catalog.hideFile(.thumbnail, of: images.his.id) == nil)
            #expect(try await images.states() == [.ready, .pending])
            #expect(try await images.types(images.his) == [.original, .fullSize])
            #expect(try await images.file(.thumbnail, of: images.hers) != nil)
            #expect(try await images.catalog.hideFile(.thumbnail, of: images.his.id) == nil)
            // The last image that shows it.
            #expect(try await images.catalog.hideFile(.thumbnail, of: images.hers.id)?.key == file(1, .thumbnail).key)
            #expect(try await !images.catalog.hasFile(at: file(1, .thumbnail).key))
            #expect(try await images.catalog.statistics().files[.thumbnail]?.count == 0)
        }
    }

    @Test func `an original that one image has given up stays for the other`() async throws {
        try await run { images in
            #expect(try await images.catalog.hideFile(.original, of: images.his.id) == nil)
            #expect(try await images.types(images.his) == [])
            #expect(try await images.file(.original, of: images.hers) != nil)
            // An original that is sent again by another account is not his.
            try await images.catalog.addFiles([file(1, .original)])
            #expect(try await images.types(images.his) == [])
            try await images.catalog.regainOriginal(of: images.his.id)
            #expect(try await images.types(images.his) == [.original])
            _ = try await images.catalog.hideFile(.original, of: images.his.id)
            let deleted = try await images.catalog.deleteImage(images.hers.id, expectedVersion: nil)
            guard case .deleted(let files, isContentGone: false) = deleted else {
                Issue.record("\(deleted)")
                return
            }
            #expect(files.map(\.type) == [.original], "nobody shows it any more")
        }
    }

    @Test func `a file that an image has to itself is no other image's`() async throws {
        try await run { images in
            func compressed(_ image: ImageRecord, bytes: Int64) -> StoredFile {
                let key = BlobKey(type: .compressed, digest: digest(1), image: image.id, taken: nil, format: .webp)
                return StoredFile(
                    digest: digest(1), type: .compressed, key: key, format: .webp, width: 300, height: 400,
                    bytes: bytes, crc32: 1, dateUploaded: start)
            }
            let catalog = images.catalog
            #expect(try await catalog.showFile(compressed(images.his, bytes: 5), only: images.his.id))
            #expect(try await images.file(.compressed, of: images.hers) == nil)
            #expect(try await catalog.file(of: digest(1), .compressed) == nil)
            #expect(try await catalog.showFile(compressed(images.hers, bytes: 6), only: images.hers.id))
            #expect(try await catalog.showFile(compressed(images.his, bytes: 7), only: images.his.id))
            #expect(try await images.file(.compressed, of: images.his)?.bytes == 7)
            #expect(try await images.file(.compressed, of: images.hers)?.bytes == 6)
            let amount = try await catalog.statistics().files[.compressed]
            #expect(amount?.count == 2 && amount?.bytes == 13)
            #expect(try await !catalog.showFile(compressed(images.his, bytes: 7), only: ImageID()))
            let deleted = try await catalog.deleteImage(images.his.id, expectedVersion: nil)
            #expect(deleted == .deleted(files: [compressed(images.his, bytes: 7)], isContentGone: false))
            #expect(try await images.file(.compressed, of: images.hers)?.bytes == 6)
        }
    }

    @Test func `damage is said of an image once its own job has found it`() async throws {
        try await run { images in
            let catalog = images.catalog
            _ = try await catalog.hideFile(.thumbnail, of: images.hers.id)
            try await catalog.markDamaged(digest(1), reason: "truncated")
            try await catalog.showRenditions(of: images.hers.id)
            #expect(try await images.state(images.hers) == .damaged)
            let record = try await catalog.image(images.his.id)
            #expect(record?.state == .pending && record?.content.damage == nil)
            let missing = try await catalog.images(
                lacking: .thumbnail, visibleTo: .everything, after: nil, limit: 9)
            #expect(missing.elements.map(\.damage) == ["truncated", nil])
            let job = try #require(try await catalog.lease(worker: "a", limit: 9, seconds: 60, now: start).first).job
            #expect(try await catalog.fail(job.id, worker: "a", error: "truncated", retryAt: nil, now: start))
            #expect(try await catalog.image(images.his.id)?.content.damage == "truncated")
        }
    }

    @Test func `images whose file the store has lost await another one`() async throws {
        try await run { images in
            try await images.catalog.showRenditions(of: images.his.id)
            #expect(try await images.catalog.removeFile(at: file(1, .thumbnail).key))
            #expect(try await images.states() == [.pending, .pending])
            try await images.catalog.addFiles([file(1, .thumbnail)])
            try await images.catalog.showRenditions(ofContent: digest(1))
            #expect(try await images.states() == [.ready, .ready])
        }
    }

    @Test func `generating for an account changes nothing for the others`() async throws {
        try await run { images in
            let catalog = images.catalog
            for item in try await catalog.lease(worker: "a", limit: 9, seconds: 60, now: start) {
                #expect(try await catalog.complete(item.job.id, worker: "a", now: start))
            }
            for image in [images.hers, images.his] { _ = try await catalog.hideFile(.thumbnail, of: image.id) }
            let job = try await catalog.enqueueGenerate(.thumbnail, images: nil, owner: .root, now: start)
            #expect(try await catalog.lease(worker: "a", limit: 9, seconds: 60, now: start).map(\.job.id) == [job.id])
            let digests = try await catalog.contents(lacking: .thumbnail, ownedBy: .root, after: nil, limit: 9)
            #expect(digests.elements == [digest(1)])
            #expect(try await catalog.enumerate(digests.elements, for: job.id, worker: "a", now: start))
            #expect(try await catalog.finishEnumeration(of: job.id, worker: "a", now: start))
            try await catalog.addFiles(Self.renditions)
            for item in try await catalog.lease(worker: "a", limit: 9, seconds: 60, now: start) {
                #expect(try await catalog.complete(item.job.id, worker: "a", now: start))
            }
            #expect(try await images.states() == [.ready, .pending])
            #expect(try await images.types(images.his) == [.original, .fullSize])
        }
    }
}

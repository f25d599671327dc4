import Domain
import SQL
import Testing

@testable import CatalogStorage

struct RotationTests {
    private let quarter = Orientation(isMirrored: false, degrees: 90)

    private func turn(
        _ image: ImageID, by orientation: Orientation, _ fixture: Fixture
    ) async throws -> ImageRecord {
        var changes = ImageChanges()
        changes.rotation = orientation
        guard case .updated(let record, _) = try await fixture.catalog.updateImage(image, changes, expectedVersion: nil)
        else { throw CatalogError(.malformedRow, "not updated") }
        return record
    }

    private func turned(_ number: Int, _ type: FileType, by orientation: Orientation) -> StoredFile {
        StoredFile(
            digest: digest(number), type: type,
            key: BlobKey(type: type, digest: digest(number), rotation: orientation, taken: nil, format: .jpeg),
            format: .jpeg, rotation: orientation, width: 1, height: 2, bytes: 7, crc32: 9, dateUploaded: .now)
    }

    private func activeJobs(_ fixture: Fixture) async throws -> [JobID] {
        try await fixture.catalog.lease(worker: "w", limit: 9, seconds: 60).map(\.job.id)
    }

    @Test func `a turned image shows renditions only once they are turned like it`() async throws {
        let quarter = try #require(quarter)
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let image = try await fixture.add(1).id
            try await fixture.show([file(1, .thumbnail), file(1, .fullSize)])
            let before = try #require(try await catalog.image(image))
            let after = try await turn(image, by: quarter, fixture)
            #expect(before.state == .ready && after.state == .pending && after.version == before.version + 1)
            #expect(after.size == (before.size.height, before.size.width))
            #expect(try await catalog.files(of: image).map(\.type) == [.original])
            #expect(try await catalog.sources(of: image).count == 3)
            #expect(try await catalog.access(to: image, .thumbnail)?.file == nil)
            #expect(try await catalog.awaitedRotations(of: digest(1)) == [quarter])
            let files = [turned(1, .thumbnail, by: quarter), turned(1, .fullSize, by: quarter)]
            try await catalog.addFiles(files)
            for job in try await activeJobs(fixture) { #expect(try await catalog.complete(job, worker: "w")) }
            #expect(try await catalog.image(image)?.state == .ready)
            #expect(try await catalog.access(to: image, .thumbnail)?.file?.key == files[0].key)
            // What was made before is there when it is turned back.
            #expect(try await turn(image, by: .upright, fixture).state == .ready)
            #expect(try await catalog.access(to: image, .thumbnail)?.file?.key == file(1, .thumbnail).key)
            #expect(try await activeJobs(fixture).isEmpty)
        }
    }

    @Test func `an image that is turned while its job runs is made again`() async throws {
        let quarter = try #require(quarter)
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let image = try await fixture.add(1).id
            try await fixture.show([file(1, .thumbnail), file(1, .fullSize)])
            _ = try await turn(image, by: quarter, fixture)
            let job = try #require(try await activeJobs(fixture).first)
            _ = try await turn(image, by: quarter.followed(by: quarter), fixture)
            try await fixture.catalog.addFiles([
                turned(1, .thumbnail, by: quarter), turned(1, .fullSize, by: quarter),
            ])
            #expect(try await fixture.catalog.complete(job, worker: "w"))
            #expect(try await activeJobs(fixture) == [job])
        }
    }

    @Test func `other images of the same content stay as they are`() async throws {
        let quarter = try #require(quarter)
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let other = AccountID()
            try await fixture.catalog.addAccount(NewAccount(id: other, handle: try #require(Handle("other"))))
            let mine = try await fixture.add(1).id
            let theirs = try await fixture.add(1, Sample(owner: other)).id
            try await fixture.show([file(1, .thumbnail), file(1, .fullSize)])
            _ = try await turn(mine, by: quarter, fixture)
            #expect(try await fixture.catalog.image(theirs)?.state == .ready)
            #expect(try await fixture.catalog.files(of: theirs).count == 3)
            #expect(
                try await fixture.catalog.images(lacking: .thumbnail, visibleTo: .everything, after: nil, limit: 9)
                    .elements.map(\.image) == [mine])
        }
    }

    @Test func `a turned image comes back from the trash as it was`() async throws {
        let quarter = try #require(quarter)
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let image = try await fixture.add(1).id
            let turned = try await turn(image, by: quarter, fixture)
            _ = try await fixture.catalog.trashImage(image, expectedVersion: nil)
            guard case .restored(let record) = try await fixture.catalog.restoreImage(image) else {
                Issue.record("not restored"); return
            }
            #expect(record.details.rotation == quarter && record.size == turned.size)
        }
    }
}

struct StoredEditTests {
    /// Every detail that can be changed, with another value than an image has at first.
    private var all: ImageChanges {
        var changes = ImageChanges()
        (changes.title, changes.description, changes.isTitleReset) = ("t", "d", true)
        (changes.tags, changes.attributes, changes.attributesPatch) = (["x"], ["a": .bool(true)], ["b": .null])
        changes.visibility = .public
        changes.taken = .some(TakenDate(manual: "1964-07"))
        changes.place = .some(GeographicPoint(latitude: 1, longitude: 2, altitude: nil))
        (changes.creator, changes.rights, changes.rating) = ("c", nil, 3)
        changes.rights = .some("r")
        changes.fileName = .some("f.jpg")
        (changes.publicOriginal, changes.publicPlace) = (.some(true), .some(false))
        changes.rotation = Orientation(isMirrored: true, degrees: 270)
        changes.externalID = .some("17")
        return changes
    }

    @Test func `no detail is lost where edits are kept`() throws {
        let members = Mirror(reflecting: all).children.map { (name: $0.label ?? "", value: "\($0.value)") }
        #expect(members.filter { $0.value == "nil" || $0.value == "false" }.isEmpty, "\(members)")
        let edit = ImageEdit(changes: all, expected: all)
        let text = try JSONText.encode(try StoredEdit(edit))
        #expect(try JSONText.decode(StoredEdit.self, from: text).edit == edit)
    }

    @Test func `no detail is lost in the difference between two states`() throws {
        var changes = all
        (changes.isTitleReset, changes.attributesPatch) = (false, nil)
        let details = changes.applied(to: ImageDetails())
        #expect(details.differences(from: ImageDetails()) == changes)
        #expect(ImageDetails().differences(from: details).applied(to: details) == ImageDetails())
    }
}

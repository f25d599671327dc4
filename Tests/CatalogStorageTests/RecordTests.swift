import CatalogStorage
import Domain
import SQL
import SQLite
import Testing

@Suite struct RecordTests {
    @Test func `keeps everything that was added`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let details = ImageDetails(
                title: "e\u{301}\0 🐈‍⬛ \"x\"", description: "a\nb", tags: ["Zoo", "été/1"],
                attributes: ["n": .integer(Int64.max), "a": .array([.null, .bool(true), .number(0.5)])],
                visibility: .public)
            let sample = Sample(
                details: details, taken: CivilTime("2021-05-31T10:00:00"),
                exif: .object(["photo": .object(["ISO": .integer(100)])]))
            let submission = sample.submission(1)
            let added = try await fixture.catalog.addImage(submission, queueDerive: false).record
            let read = try #require(try await fixture.catalog.image(submission.id))
            #expect(read == added)
            #expect(read.details == details)
            #expect(Array(read.details.title.utf8) == Array(details.title.utf8))
            #expect(try await fixture.catalog.content(digest(1)) == submission.content)
            #expect(read.content.metadata.taken == submission.content.metadata.taken)
            #expect(read.ownerHandle == "root" && read.state == .pending && read.version == 1)
            #expect(try await fixture.catalog.file(of: digest(1), .original) == submission.original)
            #expect(try await fixture.catalog.images([ImageID(), read.id]).map(\.id) == [read.id])
        }
    }

    /// A catalogue may have been filled before attributes had bounds.
    @Test func `attributes beyond today's bounds are read`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let deep = (0..<500).reduce(JSONValue.integer(1)) { inner, _ in .object(["a": inner]) }
            let details = ImageDetails(
                title: "x", attributes: ["deep": deep, "long": .string(String(repeating: "x", count: 100_000))])
            let submission = Sample(details: details).submission(1)
            _ = try await fixture.catalog.addImage(submission, queueDerive: false)
            #expect(try await fixture.catalog.image(submission.id)?.details == details)
        }
    }

    @Test func `fifty concurrent uploads create one image for each owner`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let other = AccountID()
            try await fixture.catalog.addAccount(NewAccount(id: other, handle: try #require(Handle("other"))))
            let outcomes = try await withThrowingTaskGroup(of: AddOutcome.self) { group in
                for n in 0..<50 {
                    let sample = Sample(owner: n.isMultiple(of: 2) ? .root : other, queueDerive: true)
                    group.addTask { try await fixture.catalog.addImage(sample.submission(7), queueDerive: true) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let added = outcomes.filter { if case .added = $0 { true } else { false } }
            #expect(added.count == 2)
            #expect(Set(outcomes.map(\.record.id)).count == 2)
            #expect(try await fixture.catalog.statistics().images.count == 2)
            #expect(try await fixture.catalog.statistics().files[.original]?.count == 1)
            #expect(
                try await fixture.catalog.jobs(state: nil, kind: .derive, after: nil, limit: 10).elements.count == 1)
            let mine = try #require(try await fixture.catalog.ownImage(of: .root, digest: digest(7)))
            let others = try await fixture.catalog.otherImages(of: digest(7), than: mine.id, visibleTo: .everything)
            #expect(others.map(\.owner) == [other])
            #expect(try await fixture.catalog.otherImages(of: digest(7), than: mine.id, visibleTo: .everyone).isEmpty)
        }
    }

    @Test func `an unknown owner is refused, and nothing is kept`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let error = await #expect(throws: CatalogError.self) {
                try await fixture.add(1, Sample(owner: AccountID()))
            }
            #expect(error?.code == .noAccount)
            #expect(try await fixture.catalog.files(of: digest(1)).isEmpty)
        }
    }

    @Test func `changes keep words, tags and version consistent`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let image = try await fixture.add(1, Sample(details: ImageDetails(title: "cat_1.jpg", tags: ["zoo"])))
            var changes = ImageChanges()
            (changes.title, changes.tags) = ("dog", ["farm"])
            guard case .updated(let changed, _) = try await catalog.updateImage(image.id, changes, expectedVersion: 1)
            else {
                Issue.record("not updated")
                return
            }
            #expect(changed.version == 2 && changed.details.title == "dog")
            #expect(try await catalog.updateImage(image.id, changes, expectedVersion: 1) == .conflict(version: 2))
            #expect(try await catalog.updateImage(ImageID(), changes, expectedVersion: nil) == .notFound)
            for (words, tags, count) in [
                (["cat"], [], 0), (["zoo"], [], 0), (["dog", "farm"], [], 1), ([], ["zoo"], 0), ([], ["Farm"], 1),
            ] {
                var criteria = SearchCriteria()
                (criteria.words, criteria.tags) = (words, tags)
                #expect(try await catalog.ids(matching: criteria, visibleTo: .everything).elements.count == count)
            }
        }
    }

    @Test func `the content, files and job are removed with the last image`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let other = AccountID()
            try await catalog.addAccount(NewAccount(id: other, handle: try #require(Handle("other"))))
            let first = try await fixture.add(1, Sample(details: ImageDetails(title: "cat"), queueDerive: true))
            let second = try await fixture.add(1, Sample(owner: other))
            try await catalog.addFiles([file(1, .thumbnail)])
            #expect(try await catalog.deleteImage(first.id, expectedVersion: 5) == .conflict(version: 1))
            #expect(
                try await catalog.deleteImage(first.id, expectedVersion: 1) == .deleted(files: [], isContentGone: false)
            )
            #expect(try await catalog.deleteImage(first.id, expectedVersion: nil) == .notFound)
            let last = try await catalog.deleteImage(second.id, expectedVersion: nil)
            #expect(
                last
                    == .deleted(
                        files: [file(1, .original, bytes: 1000), file(1, .thumbnail)], isContentGone: true))
            #expect(try await catalog.files(of: digest(1)).isEmpty)
            let statistics = try await catalog.statistics()
            #expect(statistics.images.count == 0 && statistics.files[.thumbnail]?.bytes == 0)
            #expect(statistics.jobs[.queued] == 0)
            #expect(try await catalog.addFiles([file(1, .thumbnail)]) == [file(1, .thumbnail)])
            #expect(try await catalog.integrityCheck() == [])
        }
    }

    @Test func `reset leaves nothing but root`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            try await fixture.add(1, Sample(details: ImageDetails(title: "cat", tags: ["a"]), queueDerive: true))
            _ = try await fixture.catalog.enqueueGenerate(.thumbnail, images: nil)
            try await fixture.catalog.reset()
            #expect(try await fixture.catalog.statistics().images.count == 0)
            #expect(try await fixture.catalog.account(Handle.root)?.id == .root)
            let again = try await fixture.add(1, Sample(details: ImageDetails(title: "dog")))
            var criteria = SearchCriteria()
            criteria.words = ["cat"]
            #expect(try await fixture.catalog.ids(matching: criteria, visibleTo: .everything).elements.isEmpty)
            criteria.words = ["DOG"]
            #expect(try await fixture.catalog.ids(matching: criteria, visibleTo: .everything).elements == [again.id])
        }
    }

    @Test func `a newer schema is refused`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            try await fixture.database.write {
                try $0.execute("INSERT INTO migrations (number, name, date_applied) VALUES (999, 'later', 0)")
            }
            let error = await #expect(throws: DatabaseError.self) { _ = try await Catalog.open(in: fixture.database) }
            #expect(error?.code == .newerSchema)
        }
    }

    @Test func `a full disk is reported, and the catalogue stays intact`() async throws {
        try await Fixture.run(adjust: { $0.maximumBytes = 190 * 4096 }) { (fixture: Fixture) async throws -> Void in
            var recorded = 0
            let error = await #expect(throws: DatabaseError.self) {
                for n in 0..<1000 {
                    try await fixture.add(
                        n, Sample(details: ImageDetails(description: String(repeating: "word ", count: 900))))
                    recorded += 1
                }
            }
            #expect(error?.code == .full)
            #expect(try await fixture.catalog.statistics().images.count == Int64(recorded))
            #expect(try await fixture.catalog.integrityCheck() == [])
        }
    }
}

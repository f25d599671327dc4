import Domain
import SQLite
import Testing

@testable import CatalogStorage
@testable import SQL

private let start = Timestamp(seconds: 1_800_000_000)

@Suite struct BulkChangeTests {
    private static let change = BulkChange(
        owner: .root, coversAllAccounts: true, edit: ImageEdit(addedTags: ["new"], removedTags: ["old"]))

    /// Takes the jobs that are due.
    private func lease(_ worker: String, _ catalog: Catalog, after seconds: Double = 0) async throws -> [JobID] {
        try await catalog.lease(
            worker: worker, limit: 9, seconds: 60, now: start.advanced(bySeconds: seconds)
        ).map(\.job.id)
    }

    /// Makes the next chunk of a job's change.
    private func step(_ job: JobID, _ worker: String, _ catalog: Catalog) async throws -> [ImageID]? {
        guard let chunk = try await catalog.nextBulkChunk(of: job) else { return [] }
        return try await apply(chunk, job, worker, catalog)
    }

    private func apply(
        _ chunk: BulkChange.Chunk, _ job: JobID, _ worker: String, _ catalog: Catalog
    ) async throws -> [ImageID]? {
        try await catalog.apply(chunk, of: job, worker: worker, isAdmin: true) { .change($1.applied(to: $0)) }
    }

    @Test(arguments: TestedDialect.allCases)
    func `chunks are made once each, whoever makes them, and counted`(_ dialect: TestedDialect) async throws {
        try await Fixture.run(dialect) { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            var images: [ImageID] = []
            for number in 1...120 {
                images.append(try await fixture.add(number, Sample(details: ImageDetails(tags: ["old"]))).id)
            }
            let job = try await catalog.addBulkChange(Self.change, of: images, now: start).id
            #expect(try await lease("a", catalog) == [job])
            #expect(try await step(job, "b", catalog) == nil, "another worker")
            let first = try #require(try await catalog.nextBulkChunk(of: job))
            #expect(try await apply(first, job, "a", catalog) == Array(images[..<50]))
            #expect(try await apply(first, job, "a", catalog) == [], "again")
            #expect(try await catalog.continueLater(job, worker: "a", now: start))
            #expect(try await step(job, "a", catalog) == nil, "its turn is over")
            #expect(try await lease("b", catalog) == [job])
            #expect(try await step(job, "b", catalog)?.count == 50)
            // The worker is killed, and its lease ends.
            #expect(try await lease("c", catalog, after: 61) == [job])
            #expect(try await catalog.job(job)?.progress == Job.Progress(total: 120, done: 100, failed: 0))
            #expect(try await step(job, "c", catalog)?.count == 20)
            #expect(try await catalog.nextBulkChunk(of: job) == nil)
            #expect(try await catalog.complete(job, worker: "c", now: start))
            let ended = try #require(try await catalog.job(job))
            #expect(ended.state == .done && ended.progress == Job.Progress(total: 120, done: 120, failed: 0))
            let counts = try await catalog.tags(beginningWith: "", visibleTo: .everything, limit: 9)
            #expect(counts.map(\.tag) == ["new"] && counts.map(\.count) == [120])
        }
    }

    @Test func `the changes of an account are made one after the other, those of others meanwhile`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let image = try await fixture.add(1).id
            let other = try await fixture.addAccount("ada")
            let first = try await catalog.addBulkChange(Self.change, of: [image], now: start).id
            let second = try await catalog.addBulkChange(Self.change, of: [image], now: start).id
            let third = try await catalog.addBulkChange(
                BulkChange(owner: other, coversAllAccounts: false, edit: Self.change.edit), of: [image], now: start
            ).id
            #expect(try await lease("a", catalog) == [first, third])
            #expect(try await catalog.continueLater(first, worker: "a", now: start.advanced(bySeconds: 1)))
            #expect(try await lease("a", catalog, after: 2) == [first], "it goes on before the second begins")
            _ = try await step(first, "a", catalog)
            #expect(try await catalog.complete(first, worker: "a", now: start))
            #expect(try await lease("a", catalog, after: 3) == [second])
        }
    }

    @Test func `a job that fails goes on where it has stopped`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            var images: [ImageID] = []
            for number in 1...60 { images.append(try await fixture.add(number).id) }
            let job = try await catalog.addBulkChange(Self.change, of: images, now: start).id
            _ = try await lease("a", catalog)
            _ = try await step(job, "a", catalog)
            #expect(try await catalog.fail(job, worker: "a", error: "x", retryAt: nil, now: start))
            #expect(try await catalog.undoBulkChange(job, now: start).queuedJob?.progress.total == 50)
            #expect(
                try await catalog.requeue(job, now: start)?.progress == Job.Progress(total: 60, done: 50, failed: 0))
            #expect(try await lease("a", catalog) == [job])
            #expect(try await step(job, "a", catalog)?.count == 10)
        }
    }

    @Test func `an account has a bounded number of them, and its own go with it`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let ada = try await fixture.addAccount("ada")
            let change = BulkChange(owner: ada, coversAllAccounts: false, edit: Self.change.edit)
            for _ in 0..<20 { _ = try await catalog.addBulkChange(change, of: [ImageID()], now: start) }
            let error = await #expect(throws: CatalogError.self) {
                try await catalog.addBulkChange(change, of: [ImageID()], now: start)
            }
            #expect(error?.code == .tooManyBulkChanges)
            _ = try await catalog.addBulkChange(Self.change, of: [], now: start)
            try await fixture.database.write { session in
                try session.execute("DELETE FROM accounts WHERE id = \(ada)")
            }
            let left = try await fixture.database.read { session in
                try session.integer("SELECT (SELECT count(*) FROM bulk_changes) + (SELECT count(*) FROM bulk_chunks)")
            }
            #expect(left == 1)
        }
    }

    @Test func `what is too long to be kept is not taken back`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let image = try await fixture.add(1, Sample(details: ImageDetails(description: "long"))).id
            var edit = ImageEdit()
            edit.changes.description = "short"
            let job = try await catalog.addBulkChange(
                BulkChange(owner: .root, coversAllAccounts: true, edit: edit), of: [image], now: start
            ).id
            _ = try await lease("a", catalog)
            #expect(try await catalog.undoBulkChange(job, now: start) == .unfinished)
            try await fixture.database.write { session in
                try session.execute("UPDATE bulk_changes SET former_bytes = \(BulkRows.maximumFormerBytes)")
            }
            _ = try await step(job, "a", catalog)
            _ = try await catalog.complete(job, worker: "a", now: start)
            #expect(try await catalog.undoBulkChange(job, now: start.advanced(bySeconds: 86_401)) == .expired)
            #expect(try await catalog.undoBulkChange(job, now: start) == .tooLarge)
            #expect(try await catalog.undoBulkChange(JobID()) == .notFound)
            let kept = try await fixture.database.read { session in
                try session.integer("SELECT count(*) FROM bulk_chunks WHERE former IS NOT NULL")
            }
            #expect(kept == 0)
        }
    }

    @Test func `tags that differ in case only are one, whichever of them is kept`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let image = try await fixture.add(1, Sample(details: ImageDetails(tags: ["Sea", "sea", "hut"]))).id
            for (tags, found) in [
                (["sea", "hut"], ["sea", "hut"]), (["hut", "SEA"], ["SEA", "hut"]),
                (["hut", "SEA", "new"], ["SEA", "hut", "new"]),
                (["new"], ["new"]), ([], []),
            ] {
                var changes = ImageChanges()
                changes.tags = tags
                _ = try await catalog.updateImage(image, changes, expectedVersion: nil)
                let counts = try await catalog.tags(beginningWith: "", visibleTo: .everything, limit: 9)
                #expect(Set(counts.map(\.tag)) == Set(found) && counts.allSatisfy { $0.count == 1 })
            }
        }
    }

    @Test func `every change is stored as it is`() throws {
        var all = ImageChanges()
        (all.title, all.description, all.tags) = ("t", "", ["a"])
        (all.attributes, all.visibility) = (["x": .array([.null, .number(1.5)])], .public)
        all.taken = TakenDate(manual: "1964-07-03T10:00:00.250+02:00")
        let place = GeographicPoint(latitude: 1, longitude: -2, altitude: 3)
        all.place = .some(place)
        (all.creator, all.rights, all.rating, all.fileName) = ("c", "", 0, "f.png")
        var reset = ImageChanges()
        (reset.isTitleReset, reset.attributesPatch) = (true, ["x": .null])
        (reset.taken, reset.place, reset.creator) = (.some(nil), .some(nil), .some(nil))
        (reset.rights, reset.rating, reset.fileName) = (.some(nil), .some(nil), .some(nil))
        let kept = StoredAlbumPlace(position: .first, consent: .members, addedBy: .root, dateAdded: start)
        for edit in [
            ImageEdit(),
            ImageEdit(
                changes: all, expected: reset, addedTags: ["a"], removedTags: ["b"], tagOrder: ["c", "b"],
                move: .toTrash),
            ImageEdit(changes: reset, expected: ImageChanges(), move: .fromTrash),
            ImageEdit(addedAlbums: [AlbumID()], removedAlbums: [AlbumID(), AlbumID()], sharesPrivate: false),
            ImageEdit(formerPlaces: [
                FormerAlbumPlace(album: AlbumID(), place: nil, left: kept, version: 3),
                FormerAlbumPlace(album: AlbumID(), place: kept, left: nil, version: 1),
            ]),
        ] {
            let text = try JSONText.encode(StoredEdit(edit))
            #expect(try JSONText.decode(StoredEdit.self, from: text).edit == edit)
        }
    }
}

extension UndoOutcome {
    fileprivate var queuedJob: Job? { if case .queued(let job) = self { job } else { nil } }
}

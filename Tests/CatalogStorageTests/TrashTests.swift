import Domain
import SQLite
import Testing

@testable import CatalogStorage
@testable import SQL

private let start = Timestamp(seconds: 1_800_000_000)

@Suite struct TrashTests {
    private static let sample = Sample(
        details: ImageDetails(
            title: "barn owl", description: "at dusk", tags: ["Bird", "night"],
            attributes: ["colour": .string("white")],
            visibility: .public, creator: "Ada", rating: 4, publicOriginal: true, publicPlace: false),
        taken: CivilTime(year: 2024, month: 5, day: 6, hour: 7, minute: 8, second: 9), bytes: 1000,
        queueDerive: true, sentName: "owl.jpg", camera: ("Canon", "R5", nil), place: (48, 11))

    /// Everything that the catalogue answers about a ready image with many details.
    private func answers(_ id: ImageID, _ catalog: Catalog) async throws -> [String] {
        var answers: [String] = []
        for term in [
            SearchTerm(.words(WordMatch("owl"))), SearchTerm(.tag("bird")),
            SearchTerm(.rating(SearchInterval(from: 4))),
            SearchTerm(.near(try #require(GeographicCircle(latitude: 48, longitude: 11, kilometres: 5)))),
            SearchTerm(.format(.jpeg)), SearchTerm(.visibility(.public)),
        ] {
            var criteria = SearchCriteria()
            criteria.terms = [term]
            for audience in [Audience.everything, .everyone, .owner(.root), .account(.root)] {
                answers.append("\(try await catalog.ids(matching: criteria, visibleTo: audience).elements == [id])")
            }
        }
        answers.append(
            "\(try await catalog.tags(beginningWith: "", visibleTo: .everyone, limit: 9).map { "\($0.tag) \($0.count)" })"
        )
        answers.append("\(try await catalog.files(of: id).map(\.type))")
        answers.append("\(try await catalog.access(to: id, .thumbnail)?.file != nil)")
        answers.append("\(try await catalog.images(of: .root, digests: [digest(1)]).count)")
        answers.append("\(try await catalog.otherImages(of: digest(1), than: ImageID(), visibleTo: .everything).count)")
        answers.append("\(try await catalog.statistics().images)")
        for type in [FileType.original, .thumbnail] {
            let page = try await catalog.files(ofType: type, visibleTo: .everything, after: nil, limit: 9)
            answers.append("\(page.elements.count)")
        }
        return answers
    }

    private func restored(_ outcome: RestoreOutcome) -> ImageRecord? {
        if case .restored(let record) = outcome { record } else { nil }
    }

    @Test func `a trashed image is nowhere, and a restored one everywhere as before`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let image = try await fixture.add(1, Self.sample)
            try await fixture.show([file(1, .thumbnail), file(1, .fullSize)])
            let before = try #require(try await catalog.image(image.id))
            let answers = try await answers(image.id, catalog)
            #expect(answers.contains("true") && !answers.prefix(24).contains("false"))
            #expect(try await catalog.trashImage(image.id, expectedVersion: 9) == .conflict(version: before.version))
            #expect(try await catalog.trashImage(image.id, expectedVersion: nil, now: start) == .trashed)
            #expect(try await catalog.trashImage(image.id, expectedVersion: nil) == .notFound)
            #expect(try await catalog.image(image.id) == nil)
            #expect(try await catalog.renderInput(image.id) == nil)
            #expect(try await catalog.deleteImage(image.id, expectedVersion: nil) == .notFound)
            let gone = try await self.answers(image.id, catalog)
            #expect(gone.prefix(24).allSatisfy { $0 == "false" })
            #expect(gone.dropFirst(24) == ["[]", "[]", "false", "0", "0", gone[29], "0", "0"])
            #expect(try await catalog.statistics().images.count == 0)
            let record = try #require(restored(try await catalog.restoreImage(image.id, now: start)))
            #expect(record.details == before.details && record.state == .ready && record.dateAdded == before.dateAdded)
            #expect(record.version == before.version + 1 && record.sentName == "owl.jpg")
            #expect(try await self.answers(image.id, catalog) == answers)
            #expect(try await catalog.restoreImage(image.id) == .notFound)
        }
    }

    @Test func `the trash keeps every column of an image that does not follow from its content`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let columns = try await fixture.database.read { session in
                try ["images", "trash"].map { table in
                    Set(try session.all("SELECT name FROM pragma_table_info(\(table))") { try $0.text(0) })
                }
            }
            let derived: Set = [
                "format", "width", "height", "date_taken", "has_thumbnail", "has_full_size", "camera", "title_key",
                "rating", "date_taken_end",
            ]
            #expect(
                columns[0].subtracting(derived) == columns[1].subtracting(["date_trashed", "is_deleted", "version_of"]))
        }
    }

    @Test func `a trashed image counts towards the quota until it is deleted`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            func used() async throws -> Int64? { try await catalog.account(AccountID.root)?.bytesUsed }
            let image = try await fixture.add(1, Self.sample)
            let full = try await used()
            _ = try await catalog.trashImage(image.id, expectedVersion: nil)
            #expect(try await used() == full)
            _ = try await catalog.restoreImage(image.id)
            #expect(try await used() == full)
            _ = try await catalog.trashImage(image.id, expectedVersion: nil)
            #expect(try await catalog.purge(image.id) == .notFound, "it has not been deleted")
            #expect(try await catalog.deleteTrashed(.image(image.id)) == 1)
            #expect(try await used() == 0)
            #expect(try await catalog.restoreImage(image.id) == .notFound)
            #expect(try await catalog.isKnown(digest(1)))
            guard case .deleted(let files, isContentGone: true) = try await catalog.purge(image.id) else {
                Issue.record("the content is still there")
                return
            }
            #expect(files.map(\.type) == [.original])
            #expect(try await used() == 0)
            #expect(try await !catalog.isKnown(digest(1)))
        }
    }

    @Test func `a content stays as long as an image in the trash has it`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let other = try await fixture.addAccount("other")
            let (hers, his) = try await (fixture.add(1), fixture.add(1, Sample(owner: other)))
            _ = try await catalog.trashImage(hers.id, expectedVersion: nil)
            #expect(try await catalog.hideFile(.original, of: his.id) == nil, "the trashed image has it as well")
            #expect(
                try await catalog.deleteImage(his.id, expectedVersion: nil) == .deleted(files: [], isContentGone: false)
            )
            #expect(restored(try await catalog.restoreImage(hers.id)) != nil)
            #expect(try await catalog.files(of: hers.id).map(\.type) == [.original])
        }
    }

    @Test func `bytes that are sent again restore the image that was trashed last`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let other = try await fixture.addAccount("other")
            let image = try await fixture.add(1)
            _ = try await catalog.hideFile(.original, of: image.id)
            _ = try await catalog.trashImage(image.id, expectedVersion: nil)
            #expect(try await catalog.restoreImage(of: digest(1), owner: other) == nil)
            #expect(try await catalog.restoreImage(of: digest(2), owner: .root) == nil)
            #expect(try await catalog.restoreImage(of: digest(1), owner: .root)?.id == image.id)
            #expect(try await catalog.account(AccountID.root)?.bytesUsed == 1000, "it has its original again")
            #expect(try await catalog.restoreImage(of: digest(1), owner: .root) == nil)
        }
    }

    @Test func `an image that waits for its renditions waits for them again`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let image = try await fixture.add(1, Sample(queueDerive: true))
            _ = try await catalog.trashImage(image.id, expectedVersion: nil)
            let job = try #require(try await catalog.lease(worker: "a", limit: 9, seconds: 60, now: start).first).job
            try await catalog.addFiles([file(1, .thumbnail), file(1, .fullSize)])
            #expect(try await catalog.complete(job.id, worker: "a", now: start))
            #expect(restored(try await catalog.restoreImage(image.id))?.state == .ready)
            _ = try await catalog.trashImage(image.id, expectedVersion: nil)
            #expect(try await catalog.removeFile(at: file(1, .thumbnail).key))
            #expect(restored(try await catalog.restoreImage(image.id))?.state == .pending)
            #expect(try await catalog.derivation(of: digest(1)) != nil, "a job makes what was lost")
        }
    }

    @Test func `the list has one's own images, the last one first, page by page`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let other = try await fixture.addAccount("other")
            var ids: [ImageID] = []
            for number in 1...5 {
                let image = try await fixture.add(number)
                ids.insert(image.id, at: 0)
                // Two of them at the same moment.
                let moment = start.advanced(bySeconds: Double(number / 2))
                _ = try await catalog.trashImage(image.id, expectedVersion: nil, now: moment)
            }
            var found: [ImageID] = []
            var cursor: Cursor?
            repeat {
                let page = try await catalog.trashedImages(of: .root, after: cursor, limit: 2)
                found += page.elements.map(\.record.id)
                cursor = page.next
            } while cursor != nil
            #expect(found == ids)
            #expect(try await catalog.trashedImages(of: other, after: nil, limit: 9).elements == [])
            #expect(try await catalog.deleteTrashed(.trashedBefore(start)) == 1)
            #expect(try await catalog.deleteTrashed(.ownedBy(.root), limit: 3) == 3)
            #expect(try await catalog.trashedImages(of: .root, after: nil, limit: 9).elements.count == 1)
            #expect(try await catalog.deletedImages(after: nil, limit: 9).elements.count == 4)
        }
    }

    @Test func `an account leaves its trash to its heir, but for what that has`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let (ada, bob) = try await (fixture.addAccount("ada"), fixture.addAccount("bob"))
            let both = try await (fixture.add(1, Sample(owner: ada)), fixture.add(1, Sample(owner: bob)))
            let own = try await fixture.add(2, Sample(owner: ada))
            for image in [both.0, own] { _ = try await catalog.trashImage(image.id, expectedVersion: nil) }
            #expect(try await catalog.transferTrash(from: ada, to: bob, limit: 9) == 1)
            #expect(try await catalog.account(bob)?.bytesUsed == 2000)
            #expect(
                try await catalog.trashedImages(of: bob, after: nil, limit: 9).elements.map(\.record.id) == [own.id])
            await #expect(throws: DatabaseError.self) { _ = try await catalog.deleteAccount(ada) }
            #expect(try await catalog.deleteTrashed(.ownedBy(ada)) == 1)
            #expect(try await catalog.deleteAccount(ada))
            // The content of both is in the trash, and an image.
            #expect(try await catalog.purge(both.0.id) == .deleted(files: [], isContentGone: false))
        }
    }

    @Test func `an image whose content its owner has again stays in the trash`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let ada = try await fixture.addAccount("ada")
            let image = try await fixture.add(1)
            _ = try await catalog.trashImage(image.id, expectedVersion: nil)
            let another = try await fixture.add(1, Sample(owner: ada))
            #expect(try await catalog.transferImages(from: ada, to: .root, limit: 9) == 1)
            #expect(try await catalog.restoreImage(image.id) == .duplicate(another.id))
            #expect(try await catalog.trashedImage(image.id) != nil)
        }
    }

    @Test func `the trash is read by its indexes`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            for (query, index) in [
                (
                    "seq FROM trash WHERE digest = x'00' AND owner = x'01' AND is_deleted = 0 ORDER BY date_trashed DESC, seq DESC",
                    "trash_by_digest"
                ),
                (
                    "seq FROM trash WHERE owner = x'01' AND is_deleted = 0 ORDER BY date_trashed DESC, seq DESC",
                    "trash_by_owner"
                ),
                ("seq FROM trash WHERE is_deleted = 0 AND date_trashed <= 5 LIMIT 9", "trash_by_date"),
                ("id FROM trash WHERE is_deleted = 1 AND seq > 5 ORDER BY seq LIMIT 9", "trash_deleted"),
            ] as [(SQLQuery, String)] {
                let plan = try await fixture.database.read { session in
                    try session.all("EXPLAIN QUERY PLAN SELECT \(sql: query)") { try $0.text("detail") }
                }
                #expect(plan.count == 1 && plan[0].contains(index), "nothing is sorted: \(plan)")
            }
        }
    }

    @Test func `a reset empties the trash`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let image = try await fixture.add(1)
            _ = try await fixture.catalog.trashImage(image.id, expectedVersion: nil)
            try await fixture.catalog.reset()
            #expect(try await fixture.catalog.trashedImage(image.id) == nil)
            #expect(try await fixture.catalog.account(AccountID.root)?.bytesUsed == 0)
        }
    }
}

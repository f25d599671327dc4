import Domain
import SQLite
import Testing

@testable import CatalogStorage
@testable import SQL

private let start = Timestamp(seconds: 1_800_000_000)
private let admin = AlbumReader(account: .root, isAdmin: true)

extension Fixture {
    /// Adds an album, and returns what its owner sees of it.
    fileprivate func album(
        _ title: String = "Rome", of owner: AccountID = .root, in parent: AlbumID? = nil,
        visibility: Visibility = .private, order: Album.Order = .manual
    ) async throws -> AlbumStanding {
        let id = AlbumID()
        let details = AlbumDetails(title: title, visibility: visibility, order: order)
        try await catalog.addAlbum(id, owner: owner, parent: parent, details, now: start)
        return try await #require(catalog.album(id, for: AlbumReader(account: owner, isAdmin: false)))
    }

    fileprivate func add(
        _ images: [ImageRecord], to album: AlbumStanding, by account: AccountID = .root, shares: Bool? = false
    ) async throws -> AlbumAddOutcome {
        try await catalog.add(
            images.map(\.id), to: album, by: account, mayAddOthers: true, sharesPrivate: shares, now: start)
    }

    fileprivate func ids(_ album: AlbumStanding, for reader: AccountID? = .root) async throws -> [ImageID] {
        guard
            let standing = try await catalog.album(
                album.album.id, for: AlbumReader(account: reader, isAdmin: false))
        else { return [] }
        return try await catalog.ids(in: standing, after: nil, limit: 1000).elements
    }

    /// Whether what the triggers keep is what the images have.
    fileprivate func isConsistent() async throws -> Bool {
        try await database.read { session in
            let stale = try session.integer(
                """
                SELECT count(*) FROM album_images LEFT JOIN images ON images.seq = album_images.image
                LEFT JOIN trash ON trash.seq = album_images.image AND trash.is_deleted = 0
                WHERE (images.seq IS NULL AND trash.seq IS NULL)
                    OR album_images.is_present <> (images.seq IS NOT NULL)
                    OR album_images.owner <> coalesce(images.owner, trash.owner)
                    OR album_images.audience <> CASE coalesce(images.visibility, trash.visibility)
                        WHEN 'public' THEN 2 ELSE album_images.consent END
                    OR (coalesce(images.visibility, trash.visibility) = 'public' AND album_images.consent <> 0)
                    OR (images.seq IS NOT NULL
                        AND album_images.date <> coalesce(images.date_taken, images.date_added / 1000))
                """)
            let counted = try session.integer(
                """
                SELECT count(*) FROM (
                    SELECT album, owner, audience, count FROM album_counts WHERE count <> 0
                    EXCEPT SELECT album, owner, audience, count(*) FROM album_images WHERE is_present = 1
                        GROUP BY album, owner, audience)
                """)
            let missing = try session.integer(
                """
                SELECT count(*) FROM (
                    SELECT album, owner, audience, count(*) FROM album_images WHERE is_present = 1
                        GROUP BY album, owner, audience
                    EXCEPT SELECT album, owner, audience, count FROM album_counts)
                """)
            return stale == 0 && counted == 0 && missing == 0
        }
    }
}

@Suite struct AlbumTests {
    @Test(arguments: TestedDialect.allCases) func `pages of an album have its images in its order`(
        dialect: TestedDialect
    ) async throws {
        try await Fixture.run(dialect) { (fixture: Fixture) async throws -> Void in
            var images: [ImageRecord] = []
            for number in 0..<25 {
                let day = CivilTime(year: 2024, month: 1, day: 1 + (number * 7) % 13)
                images.append(try await fixture.add(number, Sample(taken: number % 5 == 0 ? nil : day)))
            }
            for order in Album.Order.allCases {
                let album = try await fixture.album(order: order)
                _ = try await fixture.add(images, to: album)
                let dates = images.map { $0.taken?.localMilliseconds ?? $0.dateAdded.microseconds / 1000 }
                let sorted = images.indices.sorted { left, right in
                    switch order {
                    case .manual: left < right
                    case .earliestTaken: (dates[left], left) < (dates[right], right)
                    case .latestTaken: (dates[left], left) > (dates[right], right)
                    }
                }
                for limit in [1, 4, 25, 100] {
                    var (found, cursor): ([ImageID], Cursor?) = ([], nil)
                    repeat {
                        let page = try await fixture.catalog.images(in: album, after: cursor, limit: limit)
                        #expect(page.elements.count <= limit)
                        found += page.elements.map(\.id)
                        cursor = page.next
                    } while cursor != nil
                    #expect(found == sorted.map { images[$0].id }, "\(order) \(limit)")
                }
                let foreign = Cursor(order: "added", key: .none, tie: 1)
                await #expect(throws: CatalogError.self) {
                    try await fixture.catalog.ids(in: album, after: foreign, limit: 9)
                }
            }
            #expect(try await fixture.isConsistent())
        }
    }

    @Test func `moving an image writes one row, and keys are spread if there is no room`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let album = try await fixture.album()
            var images: [ImageRecord] = []
            for number in 0..<130 { images.append(try await fixture.add(number)) }
            _ = try await fixture.add(images, to: album)
            var expected = images.map(\.id)
            var (most, spreads) = (0, 0)
            // Between the same two again and again, which is the worst for the keys.
            for round in 0..<600 {
                let moved = expected[round % 2 == 0 ? 129 : 128]
                let place = round % 3 == 0 ? AlbumPlace.before(expected[61]) : .after(expected[60])
                let outcome = try await fixture.catalog.move(moved, to: place, in: album.album.id)
                guard case .moved(let rows) = outcome else { throw CatalogError(.noAlbum, "not moved") }
                most = max(most, rows)
                spreads += rows > 1 ? 1 : 0
                expected.removeAll { $0 == moved }
                expected.insert(moved, at: 61)
            }
            #expect(try await fixture.ids(album) == expected)
            #expect(most > 1 && most <= 102 && spreads <= 6, "\(most) rows at most, \(spreads) times")
            let absent = ImageID()
            #expect(
                try await fixture.catalog.move(absent, to: .after(expected[0]), in: album.album.id) == .notFound(absent)
            )
            #expect(
                try await fixture.catalog.move(expected[0], to: .after(absent), in: album.album.id) == .notFound(absent)
            )
            #expect(
                try await fixture.catalog.move(expected[0], to: .after(expected[0]), in: album.album.id)
                    == .moved(rows: 0))
        }
    }

    @Test func `albums follow their images through every change`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let ada = try await fixture.addAccount("ada")
            let bob = try await fixture.addAccount("bob")
            let album = try await fixture.album(of: ada)
            let image = try await fixture.add(1, Sample(owner: ada, taken: CivilTime(year: 2020, month: 1, day: 1)))
            _ = try await catalog.setMember(bob, .viewer, of: album.album.id, sharesPrivate: nil, by: ada, now: start)
            #expect(try await fixture.add([image], to: album, by: ada, shares: nil) == .needsConsent(1))
            #expect(try await fixture.ids(album, for: ada) == [])
            _ = try await fixture.add([image], to: album, by: ada, shares: true)
            #expect(try await fixture.ids(album, for: bob) == [image.id])
            #expect(try await catalog.isShownByAlbum(image.id, to: bob))
            #expect(try await !catalog.isShownByAlbum(image.id, to: nil))
            func change(_ edit: (inout ImageChanges) -> Void) async throws {
                var changes = ImageChanges()
                edit(&changes)
                _ = try await catalog.updateImage(image.id, changes, expectedVersion: nil)
                #expect(try await fixture.isConsistent())
            }
            try await change { $0.title = "other" }
            #expect(try await fixture.ids(album, for: bob) == [image.id], "a title does not matter")
            try await change { $0.visibility = .public }
            try await change { $0.visibility = .private }
            #expect(try await fixture.ids(album, for: bob) == [])
            #expect(try await fixture.ids(album, for: ada) == [image.id])
            _ = try await fixture.add([image], to: album, by: ada, shares: true)
            // In the trash it is nowhere, and comes back to where it was.
            _ = try await catalog.trashImage(image.id, expectedVersion: nil)
            #expect(try await fixture.ids(album, for: ada) == [])
            #expect(try await fixture.isConsistent())
            #expect(try await catalog.summary(of: album)?.count == 0)
            _ = try await catalog.restoreImage(image.id)
            #expect(try await fixture.ids(album, for: bob) == [image.id])
            #expect(try await fixture.isConsistent())
            // Its new owner has agreed to nothing.
            #expect(try await catalog.transferImages(from: ada, to: .root, limit: 9) == 1)
            #expect(try await fixture.ids(album, for: bob) == [])
            #expect(try await fixture.isConsistent())
            #expect(try await fixture.ids(album) == [], "the new owner does not see the album")
            _ = try await catalog.trashImage(image.id, expectedVersion: nil)
            #expect(try await catalog.transferTrash(from: .root, to: ada, limit: 9) == 1)
            #expect(try await fixture.isConsistent())
            #expect(try await catalog.deleteTrashed(.image(image.id)) == 1)
            #expect(try await fixture.isConsistent(), "deleted for good, it has no place any more")
            let another = try await fixture.add(2, Sample(owner: ada))
            _ = try await fixture.add([another], to: album, by: ada)
            _ = try await catalog.deleteImage(another.id, expectedVersion: nil)
            #expect(try await fixture.ids(album, for: ada) == [])
            #expect(try await fixture.isConsistent())
        }
    }

    @Test func `an album of several steps is deleted, its images stay and its children move up`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let top = try await fixture.album("top")
            let middle = try await fixture.album("middle", in: top.album.id)
            let low = try await fixture.album("low", in: middle.album.id)
            var images: [ImageRecord] = []
            for number in 0..<7 { images.append(try await fixture.add(number)) }
            _ = try await fixture.add(images, to: middle)
            var steps = 0
            while try await !fixture.catalog.deleteAlbum(middle.album.id, limit: 3) { steps += 1 }
            #expect(steps == 2 && images.count == 7)
            #expect(try await fixture.catalog.album(low.album.id, for: admin)?.album.parent == top.album.id)
            #expect(try await fixture.catalog.image(images[0].id) != nil)
            #expect(try await fixture.catalog.deleteAlbum(middle.album.id), "twice is once")
            try await fixture.catalog.reset()
            #expect(try await fixture.catalog.album(top.album.id, for: admin) == nil)
            #expect(try await fixture.isConsistent())
        }
    }

    @Test func `a path finds the albums that there are, and makes the others`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let first = try await fixture.catalog.album(at: ["Trips", "2024", "Rome"], owner: .root)
            let again = try await fixture.catalog.album(at: ["Trips", "2024", "Rome"], owner: .root)
            let other = try await fixture.catalog.album(at: ["Trips", "2024", "rome"], owner: .root)
            #expect(first == again && first != other)
            let page = try await fixture.catalog.albums(AlbumSelection(.own), for: admin, after: nil, limit: 9)
            #expect(page.elements.map(\.album.details.title) == ["2024", "Rome", "rome", "Trips"])
            #expect(try await fixture.catalog.albums(titled: "ROME", for: admin, limit: 9).count == 2)
            var (titles, cursor): ([String], Cursor?) = ([], nil)
            repeat {
                let page = try await fixture.catalog.albums(AlbumSelection(.own), for: admin, after: cursor, limit: 1)
                titles += page.elements.map(\.album.details.title)
                cursor = page.next
            } while cursor != nil
            #expect(titles == ["2024", "Rome", "rome", "Trips"])
        }
    }

    @Test func `lists of albums and images are read by their indexes`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let bob = try await fixture.addAccount("bob")
            func plan(_ query: SQLQuery) async throws -> [String] {
                try await fixture.database.read { session in
                    try session.all("EXPLAIN QUERY PLAN \(sql: query)") { try $0.text("detail") }
                }
            }
            let readers = [AlbumReader(account: .root, isAdmin: true), AlbumReader(account: bob, isAdmin: false)]
            for order in Album.Order.allCases {
                let album = try await fixture.album(visibility: .public, order: order)
                for reader in readers {
                    let standing = try #require(try await fixture.catalog.album(album.album.id, for: reader))
                    let key: CursorKey = order == .manual ? .text("V") : .integer(5)
                    for cursor in [nil, Cursor(order: "album \(order.rawValue)", key: key, tie: 5)] as [Cursor?] {
                        let plan = try await plan(AlbumListing(standing, cursor, 100).query(1))
                        let index = order == .manual ? "album_images_by_position" : "album_images_by_date"
                        #expect(plan.count == 1 && plan[0].contains("COVERING INDEX \(index)"), "\(plan)")
                    }
                }
            }
            for kind in [.own, .everyPublic, .ownedBy(bob)] as [AlbumSelection.Kind] {
                for reader in readers {
                    let list = try AlbumList(selection: AlbumSelection(kind), reader: reader, cursor: nil, limit: 100)
                    let plan = try await plan(list.query(list.parts[0]))
                    #expect(
                        !plan.contains {
                            $0.contains("TEMP B-TREE") || $0.hasPrefix("SCAN albums USING INDEX albums_by_title")
                        }, "\(plan)")
                }
            }
            let shown = try await plan(
                "SELECT 1 FROM images WHERE id = x'00' AND \(sql: AlbumConditions.showsImage(to: bob))")
            #expect(
                shown.contains {
                    $0.contains("shown USING INDEX album_images_by_image")
                        || $0.contains("shown USING COVERING INDEX album_images_by_image")
                }, "\(shown)")
            #expect(!shown.contains { $0.hasPrefix("SCAN") }, "\(shown)")
        }
    }

    @Test func `a catalogue of the version before gets albums and keeps everything`() async throws {
        let former = CatalogSchema(
            migrationsTable: CatalogSchema.sqlite.migrationsTable, convertFormer: { _, _ in },
            migrations: CatalogSchema.sqlite.migrations.filter { $0.number < 13 })
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let path = fixture.path + "-former"
            let database = try await SQLiteDatabase.open(SQLiteConfiguration(path: path))
            try await database.write { session in
                try Migrator.migrate(session, to: former, at: start)
                try session.execute(
                    """
                    INSERT INTO contents (digest, format, width, height, orientation, frames, has_alpha, metadata)
                    VALUES (\(digest(1)), 'jpeg', 400, 300, 1, 1, 0, '{}')
                    """)
                try session.execute(
                    """
                    INSERT INTO images (id, digest, owner, visibility, format, width, height, bytes, date_added,
                        date_modified, version, state, has_thumbnail, has_full_size, title_key, title, tags, attributes,
                        description)
                    VALUES (\(imageID(1)), \(digest(1)), \(AccountID.root), 'private', 'jpeg', 400, 300, 10, 1, 1, 1, 0, 0,
                        0, 'cat', 'cat', '[]', '{}', '')
                    """)
            }
            let catalog = try await Catalog.open(in: database)
            #expect(try await catalog.image(imageID(1))?.details.title == "cat")
            let id = AlbumID()
            try await catalog.addAlbum(id, owner: .root, parent: nil, AlbumDetails(title: "first"))
            let album = try #require(try await catalog.album(id, for: admin))
            _ = try await catalog.add([imageID(1)], to: album, by: .root, mayAddOthers: true, sharesPrivate: nil)
            #expect(try await catalog.ids(in: album, after: nil, limit: 9).elements == [imageID(1)])
            await database.close()
        }
    }
}

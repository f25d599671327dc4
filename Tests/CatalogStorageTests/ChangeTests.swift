import Domain
import Runtime
import SQLite
import Testing

@testable import CatalogStorage
@testable import SQL

private let admin = ChangeReader(account: .root, isAdmin: true)
private let stranger = ChangeReader(account: nil, isAdmin: false)

private func reader(_ account: AccountID) -> ChangeReader { ChangeReader(account: account, isAdmin: false) }

extension Fixture {
    /// Everything that a reader is told from a cursor on, as text such as `added 1` with the numbers of images.
    fileprivate func told(
        _ reader: ChangeReader, since cursor: Cursor, limit: Int = 1000, kinds: Set<RecordedChange.Kind>? = nil,
        _ names: [ImageID]
    ) async throws -> [String] {
        var (found, next): ([String], Cursor?) = ([], cursor)
        while let cursor = next {
            let page = try await catalog.changes(since: cursor, for: reader, limit: limit, kinds: kinds)
            found += page.changes.map { "\($0.kind) \(names.firstIndex(of: $0.id).map(String.init) ?? "?")" }
            next = page.hasMore ? page.next : nil
        }
        return found
    }
}

@Suite struct ChangeTests {
    @Test func `each reader is told what happens to the images that it sees`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let (ada, bob) = (try await fixture.addAccount("ada"), try await fixture.addAccount("bob"))
            let start = try await catalog.changeCursor(for: reader(ada))
            let others = [reader(bob), stranger, admin]
            var cursors: [Cursor] = []
            for other in others { cursors.append(try await catalog.changeCursor(for: other)) }
            let image = try await fixture.add(1, Sample(owner: ada))
            let names = [image.id]
            try await fixture.show([file(1, .thumbnail), file(1, .fullSize)])
            var changes = ImageChanges()
            changes.visibility = .public
            _ = try await catalog.updateImage(image.id, changes, expectedVersion: nil)
            #expect(try await fixture.told(reader(ada), since: start, names) == ["added 0", "ready 0", "changed 0"])
            #expect(try await fixture.told(others[0], since: cursors[0], names) == ["added 0"])
            #expect(try await fixture.told(stranger, since: cursors[1], names) == ["added 0"])
            #expect(try await fixture.told(admin, since: cursors[2], names) == ["added 0", "ready 0", "changed 0"])
            #expect(try await fixture.told(admin, since: cursors[2], kinds: [.ready], names) == ["ready 0"])
            _ = try await catalog.trashImage(image.id, expectedVersion: nil)
            #expect(try await fixture.told(reader(ada), since: start, names) == ["deleted 0", "trashed 0"])
            #expect(try await fixture.told(others[0], since: cursors[0], names) == ["deleted 0"])
            _ = try await catalog.restoreImage(image.id)
            let again = try await catalog.changes(since: start, for: reader(ada), limit: 1000).changes
            #expect(again.map(\.kind) == [.added, .ready, .changed, .restored])
            let record = try await catalog.image(image.id)
            #expect(again.allSatisfy { $0.image?.version == record?.version && $0.image?.owner == "ada" })
            #expect(again[0].image?.width == 300 && again[0].image?.height == 400)
            _ = try await catalog.transferImages(from: ada, to: bob, limit: 1)
            let public1 = try await fixture.told(reader(ada), since: start, kinds: [.added, .changed, .deleted], names)
            #expect(public1 == ["added 0", "changed 0"])
            changes.visibility = .private
            _ = try await catalog.updateImage(image.id, changes, expectedVersion: nil)
            let last = try await fixture.told(reader(ada), since: start, names)
            #expect(last == ["deleted 0"])
            #expect(try await fixture.told(others[0], since: cursors[0], kinds: [.added], names) == ["added 0"])
            #expect(try await fixture.told(stranger, since: cursors[1], names) == ["deleted 0"])
        }
    }

    @Test func `a member of an album is told of its images by pages, and nothing that came after it had left`()
        async throws
    {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let (ada, bob) = (try await fixture.addAccount("ada"), try await fixture.addAccount("bob"))
            let id = AlbumID()
            try await catalog.addAlbum(id, owner: ada, parent: nil, AlbumDetails(title: "Rome"))
            let standing = try await #require(catalog.album(id, for: AlbumReader(account: ada, isAdmin: false)))
            var names: [ImageID] = []
            func add(_ count: Int) async throws {
                var ids: [ImageID] = []
                for _ in 0..<count {
                    ids.append(try await fixture.add(names.count + ids.count, Sample(owner: ada)).id)
                }
                _ = try await catalog.add(ids, to: standing, by: ada, mayAddOthers: true, sharesPrivate: true)
                names += ids
            }
            try await add(250)
            let start = try await catalog.changeCursor(for: reader(bob))
            _ = try await catalog.setMember(bob, .viewer, of: id, sharesPrivate: true, by: ada)
            try await add(2)
            let all = Set((0..<252).map { "added \($0)" })
            for limit in [7, 100, 1000] {
                let told = try await fixture.told(reader(bob), since: start, limit: limit, names)
                #expect(Set(told) == all, "in pages of \(limit)")
            }
            let member = try await catalog.changeCursor(for: reader(bob))
            _ = try await catalog.removeMember(bob, of: id)
            _ = try await catalog.remove(
                Array(names[10..<20]), from: id, by: ada, standing: standing, mayRemoveAny: true)
            try await add(3)
            for limit in [7, 100, 1000] {
                let told = try await fixture.told(reader(bob), since: member, limit: limit, names)
                #expect(told == (0..<252).map { "deleted \($0)" }, "in pages of \(limit)")
            }
            #expect(try await Set(fixture.told(reader(bob), since: start, names)) == Set(told(252)))
            // Whoever was never a member is told nothing.
            #expect(try await fixture.told(stranger, since: try await catalog.changeCursor(for: stranger), names) == [])
        }
    }

    private func told(_ count: Int) -> [String] { (0..<count).map { "deleted \($0)" } }

    @Test func `cursors of others, of the future and of another history are refused`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let ada = reader(try await fixture.addAccount("ada"))
            let bob = reader(try await fixture.addAccount("bob"))
            try await fixture.add(1, Sample())
            let cursor = try await catalog.changeCursor(for: ada)
            func code(_ cursor: Cursor, _ reader: ChangeReader) async -> CatalogError.Code? {
                do {
                    _ = try await catalog.changes(since: cursor, for: reader, limit: 10)
                    return nil
                } catch {
                    return (error as? CatalogError)?.code
                }
            }
            #expect(await code(cursor, ada) == nil)
            #expect(await code(cursor, bob) == .foreignCursor)
            #expect(await code(cursor, stranger) == .foreignCursor)
            #expect(await code(Cursor(order: "added", key: .integer(1), tie: 1), ada) == .foreignCursor)
            for key in [CursorKey.none, .text("1"), .text("a b"), .text("1 2 3")] {
                #expect(await code(Cursor(order: cursor.order, key: key, tie: cursor.tie), ada) == .foreignCursor)
            }
            // It has become an admin, who sees more.
            #expect(await code(cursor, ChangeReader(account: ada.account, isAdmin: true)) == .outdatedCursor)
            let later = Timestamp.now.advanced(bySeconds: 100).microseconds
            #expect(await code(Cursor(order: cursor.order, key: .integer(later), tie: 999), ada) == .futureCursor)
            // A catalogue that was restored ends before, or has other rows by now.
            #expect(await code(Cursor(order: cursor.order, key: cursor.key, tie: 999), ada) == .outdatedCursor)
            #expect(await code(Cursor(order: cursor.order, key: .integer(5), tie: cursor.tie), ada) == .outdatedCursor)
            // No row of an album's images that would go on.
            let inside = Cursor(order: cursor.order, key: .text("\(dateOf(cursor)) 0"), tie: cursor.tie)
            #expect(await code(inside, ada) == .foreignCursor)
            try await catalog.reset()
            #expect(await code(cursor, ada) == .outdatedCursor)
        }
    }

    private func dateOf(_ cursor: Cursor) -> Int64 { if case .integer(let date) = cursor.key { date } else { 0 } }

    @Test func `old changes are removed, and the last of them still serves`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let first = try await catalog.changeCursor(for: admin)
            var names: [ImageID] = []
            for number in 1...20 { names.append(try await fixture.add(number).id) }
            let quiet = try await catalog.changeCursor(for: admin)
            // All are old, but for one that comes now.
            try await fixture.database.write { session in try session.execute("UPDATE changes SET date = sequence") }
            let aged = Cursor(order: quiet.order, key: .integer(quiet.tie), tie: quiet.tie)
            names.append(try await fixture.add(21).id)
            let moment = Timestamp(microseconds: 1_000_000)
            var removed = 0
            while case let count = try await catalog.removeChanges(before: moment, limit: 7), count > 0 {
                #expect(count <= 7)
                removed += count
            }
            #expect(removed == 20)
            #expect(try await fixture.told(admin, since: aged, names) == ["added 20"])
            await #expect(throws: ChangeReader.outdated) {
                try await catalog.changes(since: first, for: admin, limit: 1)
            }
            // The newest row stays, however old it is.
            #expect(try await catalog.removeChanges(before: Timestamp(seconds: 9_000_000_000)) == 1)
            #expect(try await catalog.removeChanges(before: Timestamp(seconds: 9_000_000_000)) == 0)
            _ = try await catalog.changeCursor(for: admin)
        }
    }

    @Test func `who has read albums is forgotten with the changes of that time`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let (ada, bob) = (try await fixture.addAccount("ada"), try await fixture.addAccount("bob"))
            let (kept, gone) = (AlbumID(), AlbumID())
            for id in [kept, gone] {
                try await catalog.addAlbum(id, owner: ada, parent: nil, AlbumDetails(title: "a"))
                _ = try await catalog.setMember(bob, .viewer, of: id, sharesPrivate: false, by: ada)
            }
            _ = try await catalog.removeMember(bob, of: kept)
            _ = try await catalog.deleteAlbum(gone)
            func readers() async throws -> Int64 {
                try await fixture.database.read { try $0.integer("SELECT count(*) FROM album_readers") }
            }
            #expect(try await readers() == 4)
            try await fixture.add(1, Sample(owner: ada))
            _ = try await catalog.removeChanges(before: .now.advanced(bySeconds: 10))
            #expect(try await readers() == 1)
        }
    }

    @Test func `an image that is uploaded and rendered costs two rows, whoever sees it`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            func rows() async throws -> Int64 {
                try await fixture.database.read { try $0.integer("SELECT count(*) FROM changes") }
            }
            for visibility in Visibility.allCases {
                let before = try await rows()
                let number = visibility == .public ? 1 : 2
                let image = try await fixture.add(number, Sample(details: ImageDetails(visibility: visibility)))
                #expect(try await rows() == before + 1)
                try await fixture.show([file(number, .thumbnail), file(number, .fullSize)])
                #expect(try await rows() == before + 2)
                _ = try await fixture.catalog.trashImage(image.id, expectedVersion: nil)
                _ = try await fixture.catalog.restoreImage(image.id)
                #expect(try await rows() == before + 4)
            }
        }
    }

    @Test func `writes signal those who wait`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let seen = fixture.catalog.commits.generation
            try await fixture.add(1)
            #expect(fixture.catalog.commits.generation > seen)
        }
    }

    @Test func `whoever reads while others write is told everything`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let start = try await catalog.changeCursor(for: admin)
            let (writers, images) = (8, 40)
            try await withThrowingTaskGroup(of: Set<ImageID>.self) { group in
                for writer in 0..<writers {
                    group.addTask {
                        var ids: Set<ImageID> = []
                        for number in 0..<images {
                            ids.insert(try await fixture.add(writer * 1000 + number, Sample(queueDerive: true)).id)
                        }
                        return ids
                    }
                }
                var (told, cursor): (Set<ImageID>, Cursor) = ([], start)
                while told.count < writers * images {
                    let seen = catalog.commits.generation
                    let page = try await catalog.changes(since: cursor, for: admin, limit: 30)
                    told.formUnion(page.changes.map(\.id))
                    cursor = page.next
                    if !page.hasMore { await catalog.commits.wait(after: seen, atMost: 5) }
                }
                let added = try await group.reduce(into: Set()) { $0.formUnion($1) }
                #expect(told == added)
            }
        }
    }
}

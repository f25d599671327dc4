import Domain
import SQLite
import Testing

@testable import CatalogStorage
@testable import SQL

private let start = Timestamp(seconds: 1_800_000_000)

extension Fixture {
    fileprivate func share(
        _ selection: ShareSelection, of owner: AccountID = .root, _ terms: ShareTerms = ShareTerms(),
        passwordHash: String? = nil
    ) async throws -> ShareID {
        let id = ShareID()
        try await catalog.addShare(id, owner: owner, selection, terms, passwordHash: passwordHash, now: start)
        return id
    }

    fileprivate func scope(_ id: ShareID, finding terms: [SearchTerm] = []) async throws -> ShareScope {
        let share = try await #require(catalog.share(id))
        var criteria = SearchCriteria()
        (criteria.terms, criteria.order) = (terms, .earliestTaken)
        if case .search = share.subject { return catalog.scope(of: share, finding: criteria) }
        return catalog.scope(of: share, finding: nil)
    }

    /// The images that a share shows, with the same answer from its list, its count and the question for each image.
    fileprivate func shown(_ scope: ShareScope, of images: [ImageRecord]) async throws -> [Int] {
        let ids = try await catalog.ids(in: scope, after: nil, limit: 1000).elements
        let records = try await catalog.images(in: scope, after: nil, limit: 1000).elements
        let count = try await catalog.count(in: scope)
        #expect(records.map(\.id) == ids && count == Int64(ids.count))
        for image in images {
            let givesOriginal = try await catalog.givesOriginal(of: image.id, in: scope)
            let record = try await catalog.image(image.id, in: scope)
            #expect(givesOriginal == (ids.contains(image.id) ? false : nil))
            #expect((record != nil) == ids.contains(image.id))
        }
        return ids.compactMap { id in images.firstIndex { $0.id == id } }
    }

    fileprivate func expect(
        _ scope: ShareScope, of images: [ImageRecord], toShow expected: [Int],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await shown(scope, of: images)
        #expect(found == expected, sourceLocation: sourceLocation)
    }

    fileprivate func set(_ visibility: Visibility, _ image: ImageRecord) async throws {
        var changes = ImageChanges()
        changes.visibility = visibility
        _ = try await catalog.updateImage(image.id, changes, expectedVersion: nil)
    }

    fileprivate func album(
        _ images: [ImageRecord], in parent: AlbumID? = nil, order: Album.Order = .manual, owner: AccountID = .root
    ) async throws -> AlbumID {
        let id = AlbumID()
        try await catalog.addAlbum(
            id, owner: owner, parent: parent, AlbumDetails(title: "album", order: order), now: start)
        let reader = AlbumReader(account: owner, isAdmin: true)
        let standing = try await #require(catalog.album(id, for: reader))
        _ = try await catalog.add(
            images.map(\.id), to: standing, by: owner, mayAddOthers: true, sharesPrivate: false, now: start)
        return id
    }
}

@Suite struct ShareTests {
    @Test(arguments: TestedDialect.allCases) func `each kind of share shows its owner's images in its order`(
        dialect: TestedDialect
    ) async throws {
        try await Fixture.run(dialect) { (fixture: Fixture) async throws -> Void in
            let ada = try await fixture.addAccount("ada")
            var images: [ImageRecord] = []
            for number in 0..<6 {
                var sample = Sample(
                    details: ImageDetails(title: number % 2 == 0 ? "owl" : "dog", tags: ["pet"]),
                    taken: CivilTime(year: 2024, month: 1, day: 20 - number))
                if number == 5 { sample.owner = ada; sample.details.visibility = .public }
                images.append(try await fixture.add(number, sample))
            }
            let named = try await fixture.share(.images([3, 0, 4, 0].map { images[$0].id }))
            try await fixture.expect(fixture.scope(named), of: images, toShow: [3, 0, 4])
            let album = try await fixture.album([images[1], images[5], images[0]])
            let child = try await fixture.album([images[2], images[1]], in: album)
            let one = try await fixture.share(.album(album, includesChildren: false))
            try await fixture.expect(fixture.scope(one), of: images, toShow: [1, 0])
            let both = try await fixture.share(.album(album, includesChildren: true))
            try await fixture.expect(fixture.scope(both), of: images, toShow: [2, 1, 0])
            let latest = try await fixture.share(
                .album(try await fixture.album(images, order: .latestTaken), includesChildren: false))
            try await fixture.expect(fixture.scope(latest), of: images, toShow: [0, 1, 2, 3, 4])
            let found = try await fixture.share(.search("owl"))
            let words = [SearchTerm(.words(WordMatch("owl"))), SearchTerm(.tag("pet"))]
            try await fixture.expect(fixture.scope(found, finding: words), of: images, toShow: [4, 2, 0])
            let excluding = try await fixture.share(.search("-owl"))
            try await fixture.expect(
                fixture.scope(excluding, finding: [SearchTerm(.words(WordMatch("owl")), isExcluded: true)]), of: images,
                toShow: [3, 1])
            for scope in [named, both, latest] {
                var (pages, cursor): ([ImageID], Cursor?) = ([], nil)
                let scope = try await fixture.scope(scope)
                repeat {
                    let page = try await fixture.catalog.images(in: scope, after: cursor, limit: 2)
                    #expect(page.elements.count <= 2)
                    pages += page.elements.map(\.id)
                    cursor = page.next
                } while cursor != nil
                let all = try await fixture.catalog.ids(in: scope, after: nil, limit: 1000).elements
                #expect(pages == all)
                let foreign = Cursor(order: "added", key: .integer(1), tie: 1)
                await #expect(throws: CatalogError.self) {
                    try await fixture.catalog.ids(in: scope, after: foreign, limit: 9)
                }
            }
            _ = child
        }
    }

    @Test func `nobody shares what they do not own`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let ada = try await fixture.addAccount("ada")
            var sample = Sample(owner: ada)
            sample.details.visibility = .public
            let foreign = try await fixture.add(1, sample)
            let own = try await fixture.add(2)
            var error = await #expect(throws: CatalogError.self) {
                try await fixture.share(.images([own.id, foreign.id]))
            }
            #expect(error?.code == .noSharedImage(foreign.id))
            let album = try await fixture.album([], owner: ada)
            error = await #expect(throws: CatalogError.self) {
                try await fixture.share(.album(album, includesChildren: true))
            }
            #expect(error?.code == .noAlbum)
            #expect(try await fixture.catalog.shares(of: .root, after: nil, limit: 9).elements.isEmpty)
            let share = try await fixture.share(.images([own.id]))
            var changes = ShareChanges()
            changes.selection = .images([foreign.id])
            await #expect(throws: CatalogError.self) {
                try await fixture.catalog.updateShare(share, of: .root, changes, passwordHash: nil)
            }
            try await fixture.expect(fixture.scope(share), of: [own, foreign], toShow: [0])
        }
    }

    @Test(arguments: ShareSubject.Kind.allCases) func `an image leaves a share with whatever its owner does`(
        kind: ShareSubject.Kind
    ) async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let ada = try await fixture.addAccount("ada")
            var sample = Sample(details: ImageDetails(title: "owl"))
            sample.details.visibility = .public
            let image = try await fixture.add(1, sample)
            let other = try await fixture.add(2, Sample(details: ImageDetails(title: "owl")))
            let images = [image, other]
            let selection: ShareSelection =
                switch kind {
                case .images: .images(images.map(\.id))
                case .album: .album(try await fixture.album(images), includesChildren: false)
                case .search: .search("owl")
                }
            let terms = [SearchTerm(.words(WordMatch("owl")))]
            let share = try await fixture.share(selection)
            func shown() async throws -> [Int] {
                try await fixture.shown(fixture.scope(share, finding: terms), of: images)
            }
            var found = try await shown()
            #expect(found == [0, 1])
            // Hidden: until the share says again what it shows, or the image is public again.
            try await fixture.set(.private, image)
            found = try await shown()
            #expect(found == [1])
            try await fixture.set(.public, image)
            found = try await shown()
            #expect(found == [0, 1])
            try await fixture.set(.private, image)
            var changes = ShareChanges()
            changes.title = "x"
            #expect(try await fixture.catalog.updateShare(share, of: .root, changes, passwordHash: nil))
            found = try await shown()
            #expect(found == [1])
            changes.selection = selection
            #expect(try await fixture.catalog.updateShare(share, of: .root, changes, passwordHash: nil))
            found = try await shown()
            #expect(found == [0, 1])
            // In the trash, and back.
            _ = try await fixture.catalog.trashImage(other.id, expectedVersion: nil)
            found = try await shown()
            #expect(found == [0])
            _ = try await fixture.catalog.restoreImage(other.id)
            found = try await shown()
            #expect(found == [0, 1])
            // Deleted for good.
            _ = try await fixture.catalog.deleteImage(other.id, expectedVersion: nil)
            found = try await shown()
            #expect(found == [0])
            // Of another account, and back: only naming it was forgotten.
            while try await fixture.catalog.transferImages(from: .root, to: ada, limit: 9) > 0 {}
            found = try await shown()
            #expect(found == [])
            while try await fixture.catalog.transferImages(from: ada, to: .root, limit: 9) > 0 {}
            found = try await shown()
            #expect(found == (kind == .images ? [] : [0]))
            let rows = try await fixture.database.read { session in
                try session.integer("SELECT (SELECT count(*) FROM share_images) + (SELECT count(*) FROM hidden_images)")
            }
            #expect(rows == 1, "the image was hidden, and the deleted one is forgotten")
        }
    }

    @Test func `a scope that was opened shows nothing after its share has ended or changed`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let image = try await fixture.add(1)
            func opened(_ password: String? = nil) async throws -> (ShareID, ShareScope) {
                let id = try await fixture.share(.images([image.id]), passwordHash: password)
                let scope = try await fixture.scope(id)
                try await fixture.expect(scope, of: [image], toShow: [0])
                return (id, scope)
            }
            let (ended, first) = try await opened()
            #expect(try await fixture.catalog.deleteShare(ended))
            try await fixture.expect(first, of: [image], toShow: [])
            #expect(try await !fixture.catalog.deleteShare(ended))
            let (expired, second) = try await opened()
            var changes = ShareChanges()
            changes.expires = .some(Timestamp.now.advanced(bySeconds: -1))
            #expect(try await fixture.catalog.updateShare(expired, of: .root, changes, passwordHash: nil))
            try await fixture.expect(second, of: [image], toShow: [])
            let (locked, third) = try await opened("hash")
            #expect(
                try await fixture.catalog.updateShare(locked, of: .root, ShareChanges(), passwordHash: .some("other")))
            try await fixture.expect(third, of: [image], toShow: [])
            let (turned, fourth) = try await opened()
            changes = ShareChanges()
            changes.selection = .search("")
            #expect(try await fixture.catalog.updateShare(turned, of: .root, changes, passwordHash: nil))
            try await fixture.expect(fourth, of: [image], toShow: [])
        }
    }

    @Test func `a share gives originals as long as it says so`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let image = try await fixture.add(1)
            let terms = ShareTerms(givesOriginals: true, hidesPlace: false, hidesCamera: false)
            let share = try await fixture.share(.images([image.id]), terms)
            let scope = try await fixture.scope(share)
            #expect(try await fixture.catalog.givesOriginal(of: image.id, in: scope) == true)
            var changes = ShareChanges()
            changes.givesOriginals = false
            #expect(try await fixture.catalog.updateShare(share, of: .root, changes, passwordHash: nil))
            #expect(try await fixture.catalog.givesOriginal(of: image.id, in: scope) == false)
            let kept = try await #require(fixture.catalog.share(share)).terms
            #expect(kept.hidesPlace && kept.hidesCamera)
        }
    }

    @Test func `shares are listed, newest first, and end with their album and their account`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            var made: [ShareID] = []
            let album = try await fixture.album([])
            for _ in 0..<5 { made.append(try await fixture.share(.album(album, includesChildren: false))) }
            for use in 1...3 {
                try await fixture.catalog.noteUse(of: made[4], now: start.advanced(bySeconds: Double(use)))
            }
            var (listed, cursor): ([Share], Cursor?) = ([], nil)
            repeat {
                let page = try await fixture.catalog.shares(of: .root, after: cursor, limit: 2)
                listed += page.elements
                cursor = page.next
            } while cursor != nil
            #expect(listed.map(\.id) == made.reversed())
            #expect(listed[0].uses == 3 && listed[0].lastUsed == start.advanced(bySeconds: 3))
            #expect(listed[1].uses == 0 && listed[1].lastUsed == nil)
            while try await !fixture.catalog.deleteAlbum(album) {}
            #expect(try await fixture.catalog.shares(of: .root, after: nil, limit: 9).elements.isEmpty)
        }
    }
}

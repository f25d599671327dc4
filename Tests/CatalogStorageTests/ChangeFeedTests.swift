import Domain
import SQLite
import Testing

@testable import CatalogStorage
@testable import SQL

/// Random changes by several accounts, which several readers follow with pauses.
@Suite struct ChangeFeedTests {
    @Test(arguments: 0..<12) func `whoever applies all changes has what it sees`(seed: Int) async throws {
        try await Fixture.run(seed % 4 == 3 ? .plain : .sqlite) { (fixture: Fixture) async throws -> Void in
            var world = try await RandomWorld(fixture, seed: UInt64(seed))
            for _ in 0..<400 {
                try await world.change()
                try await world.followSomebody()
            }
            try await world.followEverybody()
        }
    }
}

/// What one reader knows of the images that it sees.
private struct Follower {
    let reader: ChangeReader
    var cursor: Cursor
    var versions: [ImageID: Int64]
    /// Everything that it has ever seen: nothing else may be named to it.
    var seen: Set<ImageID>

    mutating func apply(_ page: ChangePage) {
        for change in page.changes {
            #expect(seen.contains(change.id), "\(change.kind) of an image that the reader has never seen")
            versions[change.id] = change.image?.version
        }
        cursor = page.next
    }
}

private struct RandomWorld {
    let fixture: Fixture
    var random: RandomSource
    let accounts: [AccountID]
    var followers: [Follower] = []
    var albums: [AlbumID] = []
    var contents = 0

    var catalog: Catalog { fixture.catalog }

    init(_ fixture: Fixture, seed: UInt64) async throws {
        (self.fixture, random) = (fixture, RandomSource(seed: seed))
        var accounts: [AccountID] = []
        for name in ["ada", "bob", "cyd"] { accounts.append(try await fixture.addAccount(name)) }
        self.accounts = accounts
        for _ in 0..<12 { try await addImage() }
        for _ in 0..<4 { try await addAlbum() }
        let readers =
            accounts.map { ChangeReader(account: $0, isAdmin: false) }
            + [ChangeReader(account: nil, isAdmin: false), ChangeReader(account: .root, isAdmin: true)]
        for reader in readers {
            let cursor = try await catalog.changeCursor(for: reader)
            let versions = try await truth(reader)
            followers.append(
                Follower(reader: reader, cursor: cursor, versions: versions, seen: Set(versions.keys)))
        }
    }

    private func truth(_ reader: ChangeReader) async throws -> [ImageID: Int64] {
        let condition = reader.audience.condition
        let rows = try await fixture.database.read { session in
            try session.all("SELECT id, version FROM images WHERE \(sql: condition)") {
                (try $0.identity(0, as: ImageID.self), try $0.integer(1))
            }
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    // MARK: Reading

    mutating func followSomebody() async throws {
        for index in followers.indices {
            let reader = followers[index].reader
            followers[index].seen.formUnion(try await truth(reader).keys)
            followers[index].seen.formUnion(try await trashed(of: reader.account, isAll: reader.isAdmin))
        }
        guard random.happens(oneIn: 3) else { return }
        try await follow(
            Int.random(in: followers.indices, using: &random), limit: Int.random(in: 1...4, using: &random))
    }

    mutating func followEverybody() async throws {
        for index in followers.indices {
            while try await follow(index, limit: random.happens(oneIn: 2) ? 3 : 1000) {}
            let expected = try await truth(followers[index].reader)
            #expect(followers[index].versions == expected, "reader \(index)")
        }
    }

    @discardableResult
    private mutating func follow(_ index: Int, limit: Int) async throws -> Bool {
        let follower = followers[index]
        let batch = random.happens(oneIn: 2) ? Int.random(in: 1...5, using: &random) : ChangeRows.batch
        let page = try await catalog.changes(
            since: follower.cursor, for: follower.reader, limit: limit, batch: batch)
        #expect(page.changes.count <= limit)
        // Sometimes only a part reaches the reader, who then goes on from the last change that it has.
        if random.happens(oneIn: 4), let last = page.changes.dropLast().last {
            let part = ChangePage(changes: page.changes.dropLast(), next: last.cursor, hasMore: true)
            followers[index].apply(part)
            return true
        }
        followers[index].apply(page)
        return page.hasMore
    }

    // MARK: Changing

    mutating func change() async throws {
        let operations: [(inout RandomWorld) async throws -> Void] = [
            { try await $0.addImage() }, { try await $0.edit() }, { try await $0.edit() }, { try await $0.render() },
            { try await $0.trash() }, { try await $0.restore() }, { try await $0.restore() }, { try await $0.purge() },
            { try await $0.delete() }, { try await $0.transfer() }, { try await $0.replace() },
            { try await $0.addAlbum() }, { try await $0.fillAlbum() }, { try await $0.fillAlbum() },
            { try await $0.emptyAlbum() }, { try await $0.publishAlbum() }, { try await $0.deleteAlbum() },
            { try await $0.addMember() }, { try await $0.addMember() }, { try await $0.removeMember() },
        ]
        let operation = random.pick(operations)
        try await operation(&self)
    }

    private mutating func flag() -> Bool { random.happens(oneIn: 2) }

    private mutating func image() async throws -> ImageRecord? {
        let ids = try await truth(ChangeReader(account: nil, isAdmin: true)).keys.sorted()
        return ids.isEmpty ? nil : try await catalog.image(random.pick(ids))
    }

    private mutating func addImage() async throws {
        contents += 1
        let visibility: Visibility = random.happens(oneIn: 4) ? .public : .private
        let sample = Sample(owner: random.pick(accounts), details: ImageDetails(visibility: visibility))
        try await fixture.add(contents, sample)
    }

    private mutating func edit() async throws {
        guard let image = try await image() else { return }
        var changes = ImageChanges()
        if flag() { changes.title = "\(Int.random(in: 0..<1000, using: &random))" }
        if flag() { changes.visibility = random.happens(oneIn: 3) ? .public : .private }
        _ = try await catalog.updateImage(image.id, changes, expectedVersion: nil)
    }

    private mutating func render() async throws {
        guard let image = try await image() else { return }
        let digest = image.content.digest
        try await catalog.addFiles(
            [FileType.thumbnail, .fullSize].map { type in
                StoredFile(
                    digest: digest, type: type, key: BlobKey(type: type, digest: digest, taken: nil, format: .jpeg),
                    format: .jpeg, width: 3, height: 4, bytes: 10, crc32: 1, dateUploaded: Timestamp(seconds: 1))
            })
        try await catalog.showRenditions(of: image.id)
    }

    private mutating func replace() async throws {
        guard let image = try await image() else { return }
        contents += 1
        _ = try await catalog.replaceOriginal(
            of: image.id, by: Sample().replacement(contents), keepsVersion: flag(),
            queueDerive: false)
    }

    private mutating func trash() async throws {
        guard let image = try await image() else { return }
        _ = try await catalog.trashImage(image.id, expectedVersion: nil)
    }

    /// The trashed images of an account, or of all.
    private func trashed(of owner: AccountID? = nil, isAll: Bool = false) async throws -> [ImageID] {
        try await fixture.database.read { session in
            try session.all("SELECT id FROM trash WHERE is_deleted = 0 AND (owner = \(owner) OR \(isAll)) ORDER BY seq")
            {
                try $0.identity(0)
            }
        }
    }

    private mutating func trashed() async throws -> ImageID? {
        let ids = try await trashed(isAll: true)
        return ids.isEmpty ? nil : random.pick(ids)
    }

    private mutating func restore() async throws {
        guard let id = try await trashed() else { return }
        _ = try await catalog.restoreImage(id)
    }

    private mutating func purge() async throws {
        guard let id = try await trashed() else { return }
        _ = try await catalog.deleteTrashed(.image(id))
        if flag() { _ = try await catalog.purge(id) }
    }

    private mutating func delete() async throws {
        guard let image = try await image(), random.happens(oneIn: 3) else { return }
        _ = try await catalog.deleteImage(image.id, expectedVersion: nil)
    }

    private mutating func transfer() async throws {
        guard random.happens(oneIn: 4) else { return }
        let (owner, heir) = (random.pick(accounts), random.pick(accounts))
        guard owner != heir else { return }
        _ = try await catalog.transferImages(from: owner, to: heir, limit: Int.random(in: 1...3, using: &random))
        if flag() { _ = try await catalog.transferTrash(from: owner, to: heir, limit: 1) }
        if random.happens(oneIn: 3) { try await catalog.transferAlbums(from: owner, to: heir) }
    }

    private mutating func addAlbum() async throws {
        let id = AlbumID()
        let details = AlbumDetails(title: "a", visibility: random.happens(oneIn: 3) ? .public : .private)
        try await catalog.addAlbum(id, owner: random.pick(accounts), parent: nil, details)
        albums.append(id)
    }

    private mutating func album() async throws -> AlbumStanding? {
        guard !albums.isEmpty else { return nil }
        return try await catalog.album(random.pick(albums), for: AlbumReader(account: .root, isAdmin: true))
    }

    private mutating func fillAlbum() async throws {
        guard let album = try await album() else { return }
        let account = flag() ? album.album.owner : random.pick(accounts)
        let own = try await catalog.images(ownedBy: account, limit: 100).sorted()
        guard !own.isEmpty else { return }
        let ids = (0..<Int.random(in: 1...4, using: &random)).map { _ in random.pick(own) }
        // As the account itself sees the album.
        let reader = AlbumReader(account: account, isAdmin: false)
        guard let standing = try await catalog.album(album.album.id, for: reader) else { return }
        _ = try await catalog.add(
            ids, to: standing, by: account, mayAddOthers: true, sharesPrivate: !random.happens(oneIn: 4))
    }

    private mutating func emptyAlbum() async throws {
        guard let album = try await album(), let image = try await image() else { return }
        _ = try await catalog.remove(
            [image.id], from: album.album.id, by: .root, standing: album, mayRemoveAny: true)
    }

    private mutating func publishAlbum() async throws {
        guard let album = try await album() else { return }
        var changes = AlbumChanges()
        changes.visibility = album.album.details.visibility == .public ? .private : .public
        _ = try await catalog.updateAlbum(
            album.album.id, changes, sharesPrivate: flag(), by: album.album.owner, expectedVersion: nil)
    }

    /// Sometimes only some of its images go, as when the server is killed meanwhile.
    private mutating func deleteAlbum() async throws {
        guard let album = try await album(), random.happens(oneIn: 3) else { return }
        if try await catalog.deleteAlbum(album.album.id, limit: 2) { albums.removeAll { $0 == album.album.id } }
    }

    private mutating func addMember() async throws {
        guard let album = try await album() else { return }
        let member = random.pick(accounts)
        guard member != album.album.owner else { return }
        _ = try await catalog.setMember(
            member, .viewer, of: album.album.id, sharesPrivate: flag(), by: album.album.owner)
    }

    private mutating func removeMember() async throws {
        guard let album = try await album() else { return }
        _ = try await catalog.removeMember(random.pick(accounts), of: album.album.id)
    }
}

import CatalogStorage
import Domain
import Foundation
import SQL
import SQLite
import Testing

/// Measures the feed of changes for an album of 100,000 private images, if `TINTYPE_TIMED_CATALOGUE` is set.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["TINTYPE_TIMED_CATALOGUE"] != nil)) struct ChangeTimings {
    private static let images = 100_000

    @Test func `prints how long members and visibility of a large album take`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let bob = try await fixture.addAccount("bob")
            let reader = ChangeReader(account: bob, isAdmin: false)
            let album = try await Self.fill(fixture)
            let before = try await catalog.changeCursor(for: reader)
            try await Self.time("a member is added") {
                _ = try await catalog.setMember(bob, .viewer, of: album, sharesPrivate: true, by: .root)
            }
            try await Self.time("the member reads the album") {
                try await Self.read(catalog, before, reader)
            }
            let joined = try await catalog.changeCursor(for: reader)
            try await Self.time("the member is removed") { _ = try await catalog.removeMember(bob, of: album) }
            try await Self.time("the former member reads") {
                try await Self.read(catalog, joined, reader)
            }
            for visibility in [Visibility.public, .private] {
                var changes = AlbumChanges()
                changes.visibility = visibility
                try await Self.time("the album becomes \(visibility)") {
                    _ = try await catalog.updateAlbum(
                        album, changes, sharesPrivate: true, by: .root, expectedVersion: nil)
                }
            }
        }
    }

    private static func time(_ what: String, _ body: () async throws -> Void) async throws {
        let start = ContinuousClock.now
        try await body()
        print("\(what) | \(Int((ContinuousClock.now - start) / .milliseconds(1))) ms")
    }

    private static func read(_ catalog: Catalog, _ start: Cursor, _ reader: ChangeReader) async throws {
        var (count, next): (Int, Cursor?) = (0, start)
        while let cursor = next {
            let page = try await catalog.changes(since: cursor, for: reader, limit: 1000)
            count += page.changes.count
            next = page.hasMore ? page.next : nil
        }
        #expect(count == images)
    }

    /// An album of private images, which its members see.
    private static func fill(_ fixture: Fixture) async throws -> AlbumID {
        let album = AlbumID()
        try await fixture.catalog.addAlbum(album, owner: .root, parent: nil, AlbumDetails(title: "a"))
        let standing = try await #require(
            fixture.catalog.album(album, for: AlbumReader(account: .root, isAdmin: true)))
        for first in stride(from: 0, to: images, by: 1000) {
            let ids = try await withThrowingTaskGroup(of: ImageID.self) { group in
                for number in first..<first + 1000 { group.addTask { try await fixture.add(number).id } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            _ = try await fixture.catalog.add(
                ids, to: standing, by: .root, mayAddOthers: true, sharesPrivate: true)
        }
        return album
    }
}

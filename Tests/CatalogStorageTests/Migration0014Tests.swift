import Domain
import SQL
import SQLite
import Testing

@testable import CatalogStorage

@Suite struct Migration0014Tests {
    /// Everything else of a catalogue stays, and the server's default counts for the images that there are.
    @Test func `images and trashed ones keep everything`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let sample = Sample(details: ImageDetails(title: "owl", tags: ["bird"], visibility: .public, rating: 3))
            let image = try await fixture.add(1, sample)
            let trashed = try await fixture.add(2, sample)
            _ = try await fixture.catalog.trashImage(trashed.id, expectedVersion: nil)
            let before = try await fixture.catalog.trashedImage(trashed.id)
            try await fixture.database.write { session in
                for table in ["images", "trash"] as [SQLQuery] {
                    for column in ["public_original", "public_place"] as [SQLQuery] {
                        try session.execute("DROP INDEX IF EXISTS images_\(sql: column)")
                        try session.execute("ALTER TABLE \(sql: table) DROP COLUMN \(sql: column)")
                    }
                }
                for statement in Migration.publicParts.statements { try session.execute(statement) }
            }
            #expect(try await fixture.catalog.image(image.id) == image)
            #expect(try await fixture.catalog.trashedImage(trashed.id) == before)
            var changes = ImageChanges()
            changes.publicOriginal = .some(false)
            let outcome = try await fixture.catalog.updateImage(image.id, changes, expectedVersion: nil)
            guard case .updated(let changed, _) = outcome else { Issue.record("\(outcome)"); return }
            #expect(changed.details.publicOriginal == false && changed.details.publicPlace == nil)
        }
    }
}

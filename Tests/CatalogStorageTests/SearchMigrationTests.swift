import CatalogStorage
import Domain
import SQL
import SQLite
import Testing

@Suite struct SearchMigrationTests {
    /// What the schema was before migration 5, with the index and the tags of then.
    private static let backwards: [SQLQuery] = [
        "DROP TRIGGER image_tags_count_up", "DROP TRIGGER image_tags_count_down", "DROP TRIGGER images_drop_tags",
        "DROP TRIGGER images_move_tags_out", "DROP TRIGGER images_move_tags_in", "DROP TABLE tag_usage",
        "DROP TABLE image_tags", "DROP TABLE image_places", "DROP TABLE images_fts",
        "DROP INDEX images_public_by_added",
        "DROP INDEX images_public_by_taken", "ALTER TABLE images DROP COLUMN camera",
        """
        CREATE VIRTUAL TABLE images_fts USING fts5(
            title, description, tags, content = '', tokenize = 'unicode61 remove_diacritics 2')
        """,
        """
        CREATE TABLE image_tags (
            tag TEXT NOT NULL,
            image INTEGER NOT NULL REFERENCES images (seq) ON DELETE CASCADE,
            PRIMARY KEY (tag, image)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX image_tags_by_image ON image_tags (image)",
        "INSERT INTO images_fts (rowid, title, description, tags) SELECT seq, title, description, '' FROM images",
        "INSERT INTO image_tags (tag, image) SELECT lower(value), seq FROM images, json_each(images.tags) WHERE true ON CONFLICT DO NOTHING",
        "DROP TABLE archives",
        "DROP TABLE archive_entries",
        // What later migrations have added goes too.
        "DROP INDEX jobs_one_compress",
        "DROP INDEX jobs_compressed",
        "ALTER TABLE jobs DROP COLUMN format",
        "DELETE FROM migrations WHERE number >= 5",
    ]

    @Test func `an older catalogue is filled so that every image is found, changed and removed as any other`()
        async throws
    {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            var random = RandomSearches(seed: 7)
            var records: [ImageRecord] = []
            // More than one step of the fill.
            for number in 0..<700 {
                var sample = random.sample(number)
                sample.owner = .root
                records.append(try await fixture.add(number, sample))
            }
            try await fixture.database.write { session in
                for statement in Self.backwards { try session.execute(statement) }
            }
            let before = try await Self.usage(of: fixture)
            #expect(before == nil)
            let catalog = try await Catalog.open(in: fixture.database)
            let reference = SearchReference(images: records.map { SearchReference.Image(record: $0) })
            var found = 0
            for _ in 0..<80 {
                var criteria = SearchCriteria()
                (criteria.terms, criteria.limit) = (random.terms(), 1000)
                let ids = try await catalog.ids(matching: criteria, visibleTo: .everything).elements
                #expect(Set(ids) == reference.find(criteria.terms, visibleTo: .everything), "\(criteria.terms)")
                found += ids.count
            }
            #expect(found > 500)
            for record in records { _ = try await catalog.deleteImage(record.id, expectedVersion: nil) }
            #expect(try await Self.usage(of: fixture) == 0)
            let left = try await fixture.database.read { session in
                try session.integer(
                    "SELECT count(*) FROM images_fts WHERE images_fts MATCH 'cat OR cafe OR canon OR n'")
            }
            #expect(left == 0)
        }
    }

    /// How many counts of tags there are; nil where they are not kept.
    private static func usage(of fixture: Fixture) async throws -> Int64? {
        try await fixture.database.read { session in
            guard try session.exists("SELECT 1 FROM sqlite_schema WHERE name = 'tag_usage'") else { return nil }
            return try session.integer("SELECT count(*) FROM tag_usage")
        }
    }
}

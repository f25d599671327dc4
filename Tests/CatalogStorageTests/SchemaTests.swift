import Domain
import Foundation
import SQLite
import Testing

@testable import CatalogStorage
@testable import SQL

private let start = Timestamp(seconds: 1_800_000_000)

@Suite struct SchemaTests {
    private static let tests = URL(filePath: #filePath).deletingLastPathComponent()

    /// The checked-in form of the schema.
    private static let schemaFile = tests.appending(path: "../../docs/schema.sql").standardized

    /// Tables, indexes and triggers as the database stores them, without those that it creates by itself.
    private static func definitions(_ database: SQLiteDatabase) async throws -> [String: String] {
        let rows = try await database.read { session in
            try session.all(
                """
                SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
                    AND name NOT LIKE 'images_fts_%' AND name NOT LIKE 'image_places_%'
                """
            ) { (try $0.text("name"), try $0.text("sql")) }
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    @Test func `the checked-in schema matches the migrations`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let definitions = try await Self.definitions(fixture.database)
            let text =
                "-- The schema of the catalogue in SQLite, as the migrations make it. `make schema` writes this file.\n\n"
                + definitions.sorted { $0.key < $1.key }.map { $0.value + ";\n" }.joined(separator: "\n")
            if ProcessInfo.processInfo.environment["WRITE_SCHEMA"] != nil {
                try text.write(to: Self.schemaFile, atomically: true, encoding: .utf8)
            }
            #expect(try String(contentsOf: Self.schemaFile, encoding: .utf8) == text, "run make schema")
        }
    }

    /// Runs a body with a database of the former schema that has two accounts, two images and four jobs.
    private func withFormerSchema(_ body: (SQLiteDatabase) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tintype-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "catalog.sqlite").path
        let database = try await SQLiteDatabase.open(SQLiteConfiguration(path: file))
        do {
            let text = try String(contentsOf: Self.tests.appending(path: "former-schema.sql"), encoding: .utf8)
            let statements = text.components(separatedBy: "\n--\n").dropFirst().map {
                SQLQuery(unchecked: $0.trimmingCharacters(in: .whitespacesAndNewlines))
            }
            try await database.write { session in
                for statement in statements + Self.rows { try session.execute(statement) }
            }
            try await body(database)
        } catch {
            await database.close()
            throw error
        }
        await database.close()
    }

    private static let rows: [SQLQuery] =
        [
            """
            INSERT INTO accounts (id, handle, date_created, handle_key, role) VALUES
                (x'00000000000000000000000000000001', 'root', 0, 'root', 'admin'),
                (\(alice), 'Alice', 0, 'alice', 'member')
            """
        ]
        + (1...2).flatMap { image($0) } + [
            """
            INSERT INTO jobs (id, kind, lane, digest, state, run_after, covers_all, date_created, date_updated, owner, format)
            VALUES (\(jobs[0]), 'derive', 1, \(digest(1)), 'queued', 0, 0, 0, 0, NULL, NULL),
                (\(jobs[1]), 'compress', 2, \(digest(1)), 'queued', 0, 0, 0, 0, \(alice), 'webp'),
                (\(jobs[2]), 'generate-thumbnails', 0, NULL, 'queued', 0, 1, 0, 0, NULL, NULL),
                (\(jobs[3]), 'generate-full-size', 0, NULL, 'running', 0, 0, 0, 0, \(alice), NULL)
            """
        ]

    private static let alice = AccountID()
    private static let jobs = (0..<4).map { _ in JobID() }

    private static func image(_ number: Int) -> [SQLQuery] {
        let original = file(number, .original)
        return [
            """
            INSERT INTO contents (digest, format, width, height, orientation, frames, has_alpha, metadata)
            VALUES (\(digest(number)), 'jpeg', 400, 300, 1, 1, 0, '{}')
            """,
            """
            INSERT INTO files (digest, image_type, path, format, width, height, bytes, crc32, date_uploaded)
            VALUES (\(digest(number)), 'original', \(original.key.path), 'jpeg', 400, 300, 10, 1, 1)
            """,
            """
            INSERT INTO images (id, digest, owner, visibility, format, width, height, bytes, date_added, date_modified,
                version, state, has_thumbnail, has_full_size, title_key, title, tags, attributes, description)
            VALUES (\(imageID(UInt8(number))), \(digest(number)), \(alice), 'public', 'jpeg', 400, 300, 10, 1, 1, 1, 0, 0, 0,
                'cat', 'cat', '[]', '{}', '')
            """,
            "INSERT INTO images_fts (rowid, title) VALUES (\(number), 'cat')",
        ]
    }

    @Test func `a catalogue of the former schema is opened with all of its data`() async throws {
        try await withFormerSchema { database in
            let catalog = try await Catalog.open(in: database)
            var criteria = SearchCriteria()
            criteria.words = ["cat"]
            #expect(try await catalog.ids(matching: criteria, visibleTo: .everyone).elements.count == 2)
            let again = Sample(owner: Self.alice).submission(1)
            guard case .duplicate = try await catalog.addImage(again, queueDerive: false) else {
                Issue.record("the owner has two images of one content")
                return
            }
            let work: [Job.Work] = [
                .derive(digest(1)), compression(of: 1, as: .webp), .generate(.thumbnail, .all),
                .generate(.fullSize, .some),
            ]
            for (id, work) in zip(Self.jobs, work) {
                let job = try #require(try await catalog.job(id))
                #expect(job.work == work)
                // A repeated request returns the same job.
                if case .derive = work { continue }
                #expect(try await catalog.enqueue(work, owner: job.owner, now: start).id == id)
            }
            // The job of the content is recognised, and no second one is created.
            _ = try await catalog.addImage(Sample().submission(1), queueDerive: true)
            #expect(try await catalog.jobs(state: nil, kind: .derive, after: nil, limit: 9).elements.count == 1)
        }
    }

    @Test func `a converted catalogue has the schema of a new one`() async throws {
        try await withFormerSchema { database in
            _ = try await Catalog.open(in: database)
            let converted = try await Self.definitions(database)
            try await Fixture.run { (fixture: Fixture) async throws -> Void in
                let made = try await Self.definitions(fixture.database)
                #expect(Set(converted.keys) == Set(made.keys))
                // Tables have the same columns in another order; everything else has the same text.
                for (name, definition) in made where !definition.hasPrefix("CREATE TABLE") {
                    #expect(converted[name]?.words == definition.words)
                }
                for (name, definition) in made where definition.hasPrefix("CREATE TABLE") {
                    let columns = try await fixture.columns(of: name, in: database)
                    #expect(try await fixture.columns(of: name, in: fixture.database) == columns, "\(name)")
                }
            }
            // Opening it again changes nothing.
            _ = try await Catalog.open(in: database)
        }
    }

    @Test func `a database that the catalogue has no schema for is refused`() {
        let error = #expect(throws: DatabaseError.self) { _ = try CatalogDialect.of(.postgres) }
        #expect(error?.code == .misuse)
    }

    @Test func `a catalogue of a newer version is refused`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            try await fixture.database.write { session in
                try session.execute("INSERT INTO migrations VALUES (99, 'of the future', 1)")
            }
            let error = await #expect(throws: DatabaseError.self) { _ = try await Catalog.open(in: fixture.database) }
            #expect(error?.code == .newerSchema)
        }
    }

    @Test func `images of an account that keeps duplicates can coexist with others of their content`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let first = try await fixture.add(1)
            #expect(try await fixture.add(1).id == first.id)
            var changes = AccountChanges()
            changes.keepsDuplicates = true
            _ = try await fixture.catalog.updateAccount(.root, changes)
            let others = [try await fixture.add(1).id, try await fixture.add(1).id]
            #expect(Set(others + [first.id]).count == 3)
            changes.keepsDuplicates = false
            _ = try await fixture.catalog.updateAccount(.root, changes)
            #expect(try await fixture.add(1).id == first.id)
        }
    }
}

extension Fixture {
    fileprivate func columns(of table: String, in database: SQLiteDatabase) async throws -> Set<String> {
        let rows = try await database.read { session in
            try session.all("SELECT name, type, \"notnull\" FROM pragma_table_info(\(table))") { row in
                "\(try row.text(0)) \(try row.text(1)) \(try row.integer(2))"
            }
        }
        return Set(rows)
    }
}

extension String {
    /// The text with every run of white space replaced by one space.
    fileprivate var words: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}

extension SQLQuery {
    /// A query of any text.
    fileprivate init(unchecked text: String) {
        var interpolation = StringInterpolation(literalCapacity: 0, interpolationCount: 0)
        interpolation.text = text
        self.init(stringInterpolation: interpolation)
    }
}

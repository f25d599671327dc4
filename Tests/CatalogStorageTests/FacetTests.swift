import TextCoding
import CatalogStorage
import Domain
import SQL
import SQLite
import Testing

@Suite struct FacetTests {
    private static let audiences: [Audience] = [
        .everything, .everyone, .owner(RandomSearches.me), .account(RandomSearches.me), .account(AccountID()),
    ]

    @Test(arguments: 1...3 as ClosedRange<UInt64>, TestedDialect.allCases)
    func `counts include only matching images that the viewer may see`(
        _ seed: UInt64, _ dialect: TestedDialect
    ) async throws {
        try await Fixture.run(dialect) { (fixture: Fixture) async throws -> Void in
            var random = RandomSearches(seed: seed)
            var reference = try await SearchTermTests.fill(fixture, &random)
            reference.defaults = PublicDefaults(originals: seed % 2 == 0, places: seed > 2)
            let catalog = fixture.catalog.with(reference.defaults)
            for round in 0..<30 {
                let terms = round == 0 ? [] : random.terms()
                for audience in Self.audiences {
                    let found = reference.find(terms, visibleTo: audience)
                    let records = reference.images.map(\.record).filter { found.contains($0.id) }
                    var criteria = SearchCriteria()
                    criteria.terms = terms
                    let facets = try await catalog.facets(
                        matching: criteria, visibleTo: audience, attributes: ["N", "cat", "none"], limit: 100)
                    #expect(Self.counts(facets.attributes["none"] ?? []) == [:])
                    for name in ["N", "cat"] {
                        let expected = Self.counted(records) { record in
                            guard reference.gives(record, audience).original else { return [] as Set<String> }
                            return record.details.attributes.filter { $0.key.lowercased() == name.lowercased() }
                                .reduce(into: Set<String>()) { $0.formUnion($1.value.attributeTexts) }
                        }
                        #expect(Self.counts(facets.attributes[name] ?? []) == expected)
                    }
                    #expect(facets.images == Int64(records.count))
                    #expect(facets.isExact)
                    #expect(
                        Self.counts(facets.years)
                            == Self.counted(records) { record in
                                record.taken.map { [String($0.local.year)] } ?? []
                            })
                    #expect(
                        Self.counts(facets.cameras)
                            == Self.counted(records) { record in
                                reference.gives(record, audience).original
                                    ? [record.content.metadata.cameraName].compactMap { $0 } : []
                            })
                    #expect(Self.counts(facets.formats) == Self.counted(records) { [$0.content.format.rawValue] })
                    let tags = Self.counted(records) { Set($0.details.tags.map(\.folded)) }
                    #expect(Dictionary(uniqueKeysWithValues: facets.tags.map { ($0.name.folded, $0.count) }) == tags)
                    #expect(zip(facets.tags, facets.tags.dropFirst()).allSatisfy { $0.count >= $1.count })
                }
            }
        }
    }

    @Test(arguments: ["", "z", "SEA", "caf\u{E9}", "cafe\u{301}", "beach b", "x"])
    func `tags of visible images are suggested by prefix, most used first`(
        _ prefix: String
    ) async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            var random = RandomSearches(seed: 3)
            var records = try await SearchTermTests.fill(fixture, &random).images.map(\.record)
            for index in stride(from: 0, to: records.count, by: 4) {
                var changes = ImageChanges()
                changes.visibility = records[index].details.visibility == .public ? .private : .public
                if index % 8 == 0 { changes.tags = ["Zoo", "xylophone"] }
                let outcome = try await fixture.catalog.updateImage(records[index].id, changes, expectedVersion: nil)
                guard case .updated(let record, _) = outcome else { Issue.record("\(outcome)"); return }
                records[index] = record
            }
            for record in records.suffix(20) {
                _ = try await fixture.catalog.deleteImage(record.id, expectedVersion: nil)
            }
            let reference = SearchReference(images: records.dropLast(20).map { SearchReference.Image(record: $0) })
            for audience in Self.audiences {
                let visible = reference.find([], visibleTo: audience)
                let seen = reference.images.map(\.record).filter { visible.contains($0.id) }
                let expected = Self.counted(seen) { Set($0.details.tags.map(\.folded)) }.filter {
                    $0.key.hasPrefix(prefix.folded)
                }
                let tags = try await fixture.catalog.tags(beginningWith: prefix, visibleTo: audience, limit: 100)
                #expect(Dictionary(uniqueKeysWithValues: tags.map { ($0.tag.folded, $0.count) }) == expected)
                #expect(zip(tags, tags.dropFirst()).allSatisfy { $0.count >= $1.count })
                // A tag is shown as it is written for an image that the viewer may see.
                let written = Set(seen.flatMap(\.details.tags))
                #expect(tags.allSatisfy { tag in written.contains { $0.folded == tag.tag.folded } })
                let first = try await fixture.catalog.tags(beginningWith: prefix, visibleTo: audience, limit: 2)
                #expect(first == Array(tags.prefix(2)))
            }
        }
    }

    @Test func `the most used of very many tags are found`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            for number in 0..<60 {
                let tags = (0..<100).map { "t\(number * 100 + $0)" }
                try await fixture.add(
                    number, Sample(details: ImageDetails(tags: tags, visibility: number == 0 ? .public : .private)))
            }
            for number in 60..<63 {
                try await fixture.add(number, Sample(details: ImageDetails(tags: ["t5", "T4321"])))
            }
            for audience in [Audience.everything, .owner(.root), .account(.root)] {
                let tags = try await fixture.catalog.tags(beginningWith: "T", visibleTo: audience, limit: 2)
                #expect(tags.map(\.count) == [4, 4])
                #expect(Set(tags.map(\.tag.folded)) == ["t5", "t4321"])
            }
            #expect(try await fixture.catalog.tags(beginningWith: "t", visibleTo: .everyone, limit: 100).count == 100)
        }
    }

    @Test func `counts beyond the limit are marked as not exact`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            try await fixture.add(
                1, Sample(details: ImageDetails(title: "cat"), taken: CivilTime(year: 2021, month: 1, day: 1)))
            // The same row many times, because adding that many images would take too long.
            try await fixture.database.write { session in
                try session.execute("DROP INDEX images_by_owner_and_digest")
                try session.execute(
                    """
                    WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 20100)
                    INSERT INTO images (seq, id, digest, owner, visibility, format, width, height, bytes, date_taken,
                        date_added, date_modified, version, state, has_thumbnail, has_full_size, title_key, title, tags,
                        attributes, description)
                    SELECT n.i, randomblob(16), digest, owner, visibility, format, width, height, bytes, date_taken, date_added + n.i,
                        date_modified, version, state, has_thumbnail, has_full_size, title_key, title, tags, attributes,
                        description FROM n, images
                    """)
            }
            let facets = try await fixture.catalog.facets(matching: SearchCriteria(), visibleTo: .everything, limit: 10)
            #expect(!facets.isExact)
            #expect(facets.images == 20_000)
            #expect(facets.years.map(\.count) == [facets.images])
        }
    }

    private static func counts(_ values: [SearchFacets.Value]) -> [String: Int64] {
        Dictionary(uniqueKeysWithValues: values.map { ($0.name, $0.count) })
    }

    private static func counted(_ records: [ImageRecord], _ values: (ImageRecord) -> some Sequence<String>) -> [String:
        Int64]
    {
        var counts: [String: Int64] = [:]
        for record in records { for value in values(record) { counts[value, default: 0] += 1 } }
        return counts
    }
}

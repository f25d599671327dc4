import Domain
import SQL
import SQLite
import Testing

@testable import CatalogStorage

@Suite struct SearchTermTests {
    private static let audiences: [Audience] = [
        .everything, .everyone, .owner(RandomSearches.me), .account(RandomSearches.me), .account(AccountID()),
    ]

    @Test(arguments: 1...4 as ClosedRange<UInt64>, TestedDialect.allCases)
    func `finds the same as the reference, in every order and for every audience`(
        _ seed: UInt64, _ dialect: TestedDialect
    ) async throws {
        try await Fixture.run(dialect) { (fixture: Fixture) async throws -> Void in
            var random = RandomSearches(seed: seed)
            var reference = try await Self.fill(fixture, &random)
            reference.defaults = PublicDefaults(originals: seed % 2 == 0, places: seed > 2)
            let catalog = fixture.catalog.with(reference.defaults)
            var found = 0
            for round in 0..<60 {
                let terms = random.terms()
                for audience in Self.audiences {
                    let expected = reference.find(terms, visibleTo: audience)
                    let order = SearchCriteria.Order.allCases[round % SearchCriteria.Order.allCases.count]
                    let ids = try await Self.walk(catalog, terms, order, audience)
                    #expect(ids.count == Set(ids).count)
                    #expect(Set(ids) == expected, "\(terms) \(order) \(audience)")
                    found += ids.count
                }
            }
            #expect(found > 500, "the searches must meet the images for this to mean anything")
        }
    }

    @Test(arguments: TestedDialect.allCases)
    func `no old texts are left after changes and deletions`(_ dialect: TestedDialect) async throws {
        try await Fixture.run(dialect) { (fixture: Fixture) async throws -> Void in
            var random = RandomSearches(seed: 99)
            var images = try await Self.fill(fixture, &random).images
            for (index, image) in images.enumerated() where index % 3 == 0 {
                var changes = ImageChanges()
                let details = random.sample(index).details
                (changes.title, changes.tags) = (details.title, details.tags)
                (changes.attributes, changes.visibility) = (["x": .number(1), "y": .number(2.5)], details.visibility)
                let outcome = try await fixture.catalog.updateImage(image.record.id, changes, expectedVersion: nil)
                guard case .updated(let record, _) = outcome else { Issue.record("\(outcome)"); return }
                images[index] = SearchReference.Image(record: record)
            }
            for image in images.suffix(30) {
                _ = try await fixture.catalog.deleteImage(image.record.id, expectedVersion: nil)
            }
            let reference = SearchReference(images: images.dropLast(30))
            for _ in 0..<60 {
                let terms = random.terms()
                let ids = try await Self.walk(fixture.catalog, terms, .newest, .everything)
                #expect(Set(ids) == reference.find(terms, visibleTo: .everything), "\(terms)")
            }
            for image in reference.images {
                _ = try await fixture.catalog.deleteImage(image.record.id, expectedVersion: nil)
            }
            // What the index would still contain if an entry were removed with other texts than it was inserted with.
            let (words, places) = (dialect.value.words, dialect.value.places)
            let old = ["x", "y", "5", "cat", "cafe", "canon"].map { WordMatch($0) }
            let left = try await fixture.database.read { session in
                try session.integer("SELECT count(*) FROM \(sql: words.table) WHERE \(sql: words.matches(anyOf: old))")
                    + session.integer("SELECT count(*) FROM \(sql: places.table)")
                    + session.integer("SELECT count(*) FROM tag_usage")
            }
            #expect(left == 0)
        }
    }

    @Test(arguments: ["Caf\u{E9}", "CAFE\u{301}", "cafe"])
    func `a tag is the same, however its letters are composed`(_ written: String) async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            try await fixture.add(1, Sample(details: ImageDetails(title: written, tags: [written])))
            for asked in ["Café", "cafe\u{301}", "CAFE"] {
                for terms in [[SearchTerm(.tag(asked))], [SearchTerm(.words(WordMatch(asked)))]] {
                    #expect(try await Self.walk(fixture.catalog, terms, .newest, .everything).count == 1)
                }
            }
        }
    }

    /// Fills a catalogue, and returns its contents.
    static func fill(_ fixture: Fixture, _ random: inout RandomSearches) async throws -> SearchReference {
        try await fixture.catalog.addAccount(NewAccount(id: RandomSearches.me, handle: try #require(Handle("Me"))))
        try await fixture.catalog.addAccount(
            NewAccount(id: RandomSearches.other, handle: try #require(Handle("other"))))
        var images: [SearchReference.Image] = []
        for number in 0..<120 {
            let sample = random.sample(number)
            let record = try await fixture.add(number, sample)
            images.append(SearchReference.Image(record: record))
        }
        return SearchReference(images: images)
    }

    /// All ids, over small pages.
    private static func walk(
        _ catalog: Catalog, _ terms: [SearchTerm], _ order: SearchCriteria.Order, _ audience: Audience
    ) async throws -> [ImageID] {
        var criteria = SearchCriteria()
        (criteria.terms, criteria.order, criteria.limit) = (terms, order, 17)
        var ids: [ImageID] = []
        repeat {
            let page = try await catalog.ids(matching: criteria, visibleTo: audience)
            ids += page.elements
            criteria.cursor = page.next.flatMap { Cursor($0.description) }
        } while criteria.cursor != nil
        return ids
    }
}

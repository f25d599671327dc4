import CatalogStorage
import Domain
import SQL
import SQLite
import Testing

@Suite struct RelevanceTests {
    private static func criteria(_ words: [WordMatch], limit: Int = 100) -> SearchCriteria {
        var criteria = SearchCriteria()
        criteria.terms = words.map { SearchTerm(.words($0)) }
        (criteria.order, criteria.limit) = (.relevance, limit)
        return criteria
    }

    @Test func `a word has the most weight in a short title, then in tags, camera and description`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let details = [
                ImageDetails(title: "x", attributes: ["a": .string("lake")]),
                ImageDetails(title: "x", description: "by the lake"), ImageDetails(title: "x", tags: ["lake"]),
                ImageDetails(title: "one long title of many words by the lake"), ImageDetails(title: "Lake"),
                ImageDetails(title: "Lake", description: "a lake", tags: ["lake"]), ImageDetails(title: "river"),
            ]
            var ids: [ImageID] = []
            for (number, details) in details.enumerated() {
                ids.append(try await fixture.add(number, Sample(details: details)).id)
            }
            let found = try await fixture.catalog.ids(
                matching: Self.criteria([WordMatch("läke")]), visibleTo: .everything)
            #expect(found.elements == [ids[5], ids[4], ids[2], ids[3], ids[1], ids[0]])
            let titles = try await fixture.catalog.ids(
                matching: Self.criteria([WordMatch("lake", in: .title)]), visibleTo: .everything)
            #expect(titles.elements == [ids[5], ids[4], ids[3]])
        }
    }

    @Test func `the others follow the ranked images, each once, while images are added and deleted`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            var kept: Set<ImageID> = []
            var passing: [ImageID] = []
            for number in 0..<1300 {
                let title = number.isMultiple(of: 7) ? "cat cat" : "cat and \(number)"
                let id = try await fixture.add(number, Sample(details: ImageDetails(title: title))).id
                if number.isMultiple(of: 10) { passing.append(id) } else { kept.insert(id) }
            }
            var criteria = Self.criteria([WordMatch("cat")], limit: 90)
            var seen: [ImageRecord] = []
            var next = 2000
            repeat {
                let page = try await fixture.catalog.images(matching: criteria, visibleTo: .everything)
                seen += page.elements
                criteria.cursor = page.next.flatMap { Cursor($0.description) }
                for _ in 0..<3 {
                    if let id = passing.popLast() {
                        _ = try await fixture.catalog.deleteImage(id, expectedVersion: nil)
                    }
                    next += 1
                    try await fixture.add(next, Sample(details: ImageDetails(title: "cat")))
                }
            } while criteria.cursor != nil
            let ids = seen.map(\.id)
            #expect(Set(ids).count == ids.count)
            #expect(kept.subtracting(ids).isEmpty)
            let ranked = seen.prefix(900).map(\.details.title)
            #expect(ranked.firstIndex { $0 != "cat cat" } ?? 0 > 100)
            #expect(!ranked.drop { $0 == "cat cat" }.contains("cat cat"))
        }
    }

    @Test func `malformed cursors are refused`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            for key in [
                CursorKey.integer(1), .text(""), .text("1 2"), .text("1 3 2"), .text("a b c"), .text("1 2 3 4"),
            ] {
                var criteria = Self.criteria([WordMatch("cat")])
                criteria.cursor = Cursor(order: "relevance", key: key, tie: 1)
                await #expect(throws: CatalogError.self) {
                    _ = try await fixture.catalog.ids(matching: criteria, visibleTo: .everything)
                }
            }
        }
    }
}

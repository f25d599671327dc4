import CatalogStorage
import Domain
import SQL
import SQLite
import Testing

@Suite struct SearchTests {
    @Test(arguments: SearchCriteria.Order.allCases, [nil, "cat", "tag"])
    func `every image is on one page, in order, while others are added`(
        _ order: SearchCriteria.Order, _ only: String?
    ) async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            var expected: Set<ImageID> = []
            for n in 0..<60 { expected.insert(try await fixture.add(n, Self.sample(n)).id) }
            var criteria = SearchCriteria()
            (criteria.order, criteria.limit) = (order, 7)
            if only == "cat" { criteria.words = ["cat"] }
            if only == "tag" { criteria.tags = ["zoo"] }
            var seen: [ImageRecord] = []
            var next = 1000
            repeat {
                let page = try await fixture.catalog.images(matching: criteria, visibleTo: .everything)
                #expect(page.elements.count <= 7)
                seen += page.elements
                criteria.cursor = page.next.flatMap { Cursor($0.description) }
                #expect((page.next == nil) == (criteria.cursor == nil))
                for _ in 0..<2 {
                    next += 1
                    if next < 1020 { try await fixture.add(next, Self.sample(next)) }
                }
            } while criteria.cursor != nil
            let ids = seen.map(\.id)
            #expect(Set(ids).count == ids.count)
            #expect(expected.subtracting(ids).isEmpty)
            #expect(
                zip(seen, seen.dropFirst()).allSatisfy { Self.isInOrder($0, $1, order) }
                    || (order == .relevance && only != "cat"))
        }
    }

    @Test(arguments: SearchCriteria.Order.allCases)
    func `a page of large records is short, and the next one goes on`(_ order: SearchCriteria.Order) async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let attributes: [String: JSONValue] = ["a": .string(String(repeating: "x", count: 60_000))]
            var expected: Set<ImageID> = []
            for n in 0..<40 {
                var sample = Self.sample(n)
                sample.details.attributes = n < 30 ? attributes : [:]
                expected.insert(try await fixture.add(n, sample).id)
            }
            var criteria = SearchCriteria()
            (criteria.order, criteria.limit, criteria.words) = (order, 1000, ["cat"])
            var (seen, pages): ([ImageID], Int) = ([], 0)
            repeat {
                let page = try await fixture.catalog.images(matching: criteria, visibleTo: .everything)
                let bytes = page.elements.reduce(0) { $0 + ($1.details.attributes.isEmpty ? 0 : 60_000) }
                #expect(bytes < 1_200_000 && !page.elements.isEmpty)
                seen += page.elements.map(\.id)
                pages += 1
                criteria.cursor = page.next
            } while criteria.cursor != nil
            #expect(seen.count == 40 && Set(seen) == expected && pages == 2)
            #expect(try await fixture.catalog.ids(matching: criteria, visibleTo: .everything).elements == seen)
        }
    }

    private static func sample(_ n: Int) -> Sample {
        Sample(
            details: ImageDetails(title: n % 4 == 0 ? "Cat" : "cat \(n % 5)", tags: ["zoo"]),
            taken: n % 3 == 0 ? nil : CivilTime(secondsSince1970: Int64(n % 6) * 1000 - 2000), bytes: Int64(n % 5),
            dateAdded: Timestamp(seconds: 1_700_000_000 + Int64(n / 4)))
    }

    private static func isInOrder(_ a: ImageRecord, _ b: ImageRecord, _ order: SearchCriteria.Order) -> Bool {
        let (left, right) = (a.content.metadata.taken?.local, b.content.metadata.taken?.local)
        return switch order {
        case .newest: a.dateAdded >= b.dateAdded
        // Each has the word once, in a title of two words or of one word, which ranks higher.
        case .relevance: a.details.title.count <= b.details.title.count
        case .oldest: a.dateAdded <= b.dateAdded
        case .largest: a.bytes >= b.bytes
        case .smallest: a.bytes <= b.bytes
        case .title: a.details.title.lowercased() <= b.details.title.lowercased()
        case .latestTaken: right == nil || (left.map { l in right.map { l >= $0 } ?? true } ?? false)
        case .earliestTaken: right == nil || (left.map { l in right.map { l <= $0 } ?? true } ?? false)
        }
    }

    @Test(arguments: [
        (["cat"], true), (["CAT"], true), (["jpg"], true), (["ca"], false), (["cat_1.jpg"], true), (["creme"], true),
        (["CRÈME", "cat"], true), (["cat", "dog"], false), (["naive"], true), (["\"cat\""], true), (["cat\""], true),
        (["cat OR dog"], false), (["NOT"], false), (["title:cat"], false), (["c*"], false), (["-cat"], true),
        (["NEAR(cat dog)"], false), (["cat\0"], true), (["(", "cat"], true), (["*"], false),
        (["'; DROP TABLE images"], false),
        (["sea", "side"], true),
    ])
    func `words match as words`(_ words: [String], _ matches: Bool) async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            try await fixture.add(
                1,
                Sample(
                    details: ImageDetails(title: "cat_1.jpg", description: "Crème naïve", tags: ["sea side", "view"])))
            var criteria = SearchCriteria()
            criteria.words = words
            for order in SearchCriteria.Order.allCases {
                criteria.order = order
                let found = try await fixture.catalog.ids(matching: criteria, visibleTo: .everything)
                #expect(found.elements.isEmpty == !matches)
            }
        }
    }

    @Test func `cursors of other lists are refused`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            var criteria = SearchCriteria()
            for cursor in [
                Cursor(order: "title", key: .text("x"), tie: 1), Cursor(order: "-added", key: .none, tie: 1),
                Cursor(order: "-added#", key: .none, tie: 1), Cursor(order: "", key: .integer(1), tie: 1),
            ] {
                criteria.cursor = cursor
                await #expect(throws: CatalogError.self) {
                    _ = try await fixture.catalog.ids(matching: criteria, visibleTo: .everything)
                }
                await #expect(throws: CatalogError.self) {
                    _ = try await fixture.catalog.allFiles(after: cursor, limit: 1)
                }
            }
        }
    }

    @Test func `cursors are read back from text, and garbage is refused`() {
        for key in [CursorKey.none, .integer(.min), .integer(7), .text(""), .text("é\0🐈")] {
            let cursor = Cursor(order: "-added#", key: key, tie: -3)
            #expect(Cursor(cursor.description) == cursor)
        }
        let text = Cursor(order: "title", key: .integer(1), tie: 2).description
        for garbage in ["", "A", "====", "AQ", text + "A", String(text.dropLast()), text.lowercased() + "!", "é"] {
            #expect(Cursor(garbage) == nil)
        }
    }

    @Test func `every limit holds`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            for n in 0..<10 {
                let sample = Sample(
                    details: ImageDetails(tags: n < 3 ? ["a", "b"] : ["a"], visibility: n == 0 ? .public : .private),
                    taken: CivilTime(year: 2020, month: 1, day: n + 1), bytes: Int64(n * 10),
                    format: n.isMultiple(of: 2) ? .jpeg : .png, dateAdded: Timestamp(seconds: Int64(n)))
                try await fixture.add(n, sample)
            }
            try await fixture.show([file(4, .thumbnail), file(4, .fullSize)])
            try await fixture.damage(5, reason: "truncated")
            func count(_ audience: Audience = .everything, _ change: (inout SearchCriteria) -> Void) async throws -> Int
            {
                var criteria = SearchCriteria()
                change(&criteria)
                return try await fixture.catalog.ids(matching: criteria, visibleTo: audience).elements.count
            }
            #expect(try await count { $0.takenFrom = CivilTime(year: 2020, month: 1, day: 4) } == 7)
            #expect(try await count { $0.takenTo = CivilTime(year: 2020, month: 1, day: 4) } == 3)
            #expect(
                try await count { ($0.addedFrom, $0.addedTo) = (Timestamp(seconds: 2), Timestamp(seconds: 4)) } == 2)
            #expect(try await count { $0.formats = [.png] } == 5)
            #expect(try await count { $0.formats = [.png, .jpeg] } == 10)
            #expect(try await count { $0.minimumWidth = 301 } == 0)
            #expect(try await count { ($0.minimumWidth, $0.maximumHeight) = (300, 400) } == 10)
            #expect(try await count { ($0.minimumBytes, $0.maximumBytes) = (20, 40) } == 3)
            #expect(try await count { $0.digest = digest(3) } == 1)
            #expect(try await count { $0.state = .ready } == 1)
            #expect(try await count { $0.state = .damaged } == 1)
            #expect(try await count { $0.state = .pending } == 8)
            #expect(try await count { $0.tags = ["a", "B"] } == 3)
            #expect(try await count(.everyone) { _ in } == 1)
            #expect(try await count(.account(AccountID())) { _ in } == 1)
            #expect(try await count(.owner(.root)) { _ in } == 10)
            #expect(try await count(.owner(AccountID())) { $0.words = ["a"] } == 0)
        }
    }
}

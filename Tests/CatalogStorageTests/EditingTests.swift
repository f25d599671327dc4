import SQLite
import Domain
import Testing

@testable import CatalogStorage

/// What a person says of an image, beside what its file says.
struct EditingTests {
    private static func found(_ term: SearchCondition, _ fixture: Fixture) async throws -> [ImageID] {
        var criteria = SearchCriteria()
        criteria.terms = [SearchTerm(term)]
        return try await fixture.catalog.ids(matching: criteria, visibleTo: .everything).elements
    }

    private static func change(
        _ id: ImageID, _ fixture: Fixture, _ fill: (inout ImageChanges) -> Void
    ) async throws -> ImageRecord? {
        var changes = ImageChanges()
        fill(&changes)
        guard case .updated(let record, _) = try await fixture.catalog.updateImage(id, changes, expectedVersion: nil)
        else { return nil }
        return record
    }

    @Test(arguments: TestedDialect.allCases)
    func `what a person sets wins over the file, is found, and can be reset`(_ dialect: TestedDialect) async throws {
        try await Fixture.run(dialect) { (fixture: Fixture) async throws -> Void in
            let id = try await fixture.add(1, Sample(sentName: "IMG_0017.JPG", origin: ("Grace", "© Grace", 2))).id
            func finds(_ creator: String, _ name: String, _ stars: Int64) async throws -> Bool {
                let rating = SearchInterval(from: stars, below: stars + 1)
                for term in [
                    SearchCondition.words(WordMatch(creator, in: .creator)),
                    .words(WordMatch(name, in: .fileName)), .words(WordMatch(name)), .rating(rating),
                ] where try await Self.found(term, fixture) != [id] { return false }
                return true
            }
            let sent = try await finds("grace", "img 0017", 2)
            #expect(sent)
            let changed = try #require(
                await Self.change(id, fixture) { changes in
                    (changes.creator, changes.rights) = (.some("Ada"), .some(""))
                    (changes.rating, changes.fileName) = (.some(5), .some("Lake.jpg"))
                })
            #expect(changed.creator == "Ada" && changed.rights?.isEmpty == true && changed.rating == 5)
            #expect(changed.fileName == "Lake.jpg" && changed.sentName == "IMG_0017.JPG")
            let (own, former) = (try await finds("ada", "lake", 5), try await finds("grace", "img", 2))
            #expect(own && !former)
            let reset = try #require(
                await Self.change(id, fixture) { changes in
                    (changes.creator, changes.rights) = (.some(nil), .some(nil))
                    (changes.rating, changes.fileName) = (.some(nil), .some(nil))
                })
            #expect(reset.creator == "Grace" && reset.rights == "© Grace" && reset.rating == 2)
            #expect(reset.fileName == "IMG_0017.JPG")
            let again = try await finds("grace", "img 0017", 2)
            #expect(again)
            // The ending says nothing: it would be found in almost every image.
            #expect(try await Self.found(.words(WordMatch("jpg")), fixture).isEmpty)
        }
    }

    @Test func `a deleted image leaves no words behind`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let id = try await fixture.add(1, Sample(sentName: "lake.jpg", origin: ("Grace", nil, nil))).id
            _ = try await Self.change(id, fixture) { $0.fileName = .some("sea.jpg") }
            _ = try await fixture.catalog.deleteImage(id, expectedVersion: nil)
            try await fixture.add(2)
            for word in ["grace", "sea", "lake"] {
                #expect(try await Self.found(.words(WordMatch(word)), fixture).isEmpty, "\(word)")
            }
        }
    }

    @Test func `images of an older catalogue are found by their words after its migration`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            // More images than are read at once.
            for number in 1...1003 {
                let details = ImageDetails(title: "cat \(number)", tags: ["zoo"], attributes: ["a": .number(1.0)])
                var sample = Sample(details: details)
                sample.camera = ("Maker", "Model", "50mm")
                try await fixture.add(number, sample)
            }
            try await fixture.database.write { session in
                try SQLiteWordIndex().removeAll(session)
                try Migration.editing.convert(session)
            }
            for word in ["1", "501", "1003"] {
                #expect(try await Self.found(.words(WordMatch(word, in: .title)), fixture).count == 1)
            }
            // What was indexed is what is removed with a change.
            var criteria = SearchCriteria()
            criteria.words = ["maker", "50mm", "zoo", "1003"]
            let id = try #require(
                try await fixture.catalog.ids(matching: criteria, visibleTo: .everything).elements.first)
            _ = try await Self.change(id, fixture) { ($0.title, $0.tags, $0.attributes) = ("dog", [], [:]) }
            #expect(try await fixture.catalog.ids(matching: criteria, visibleTo: .everything).elements.isEmpty)
        }
    }
}

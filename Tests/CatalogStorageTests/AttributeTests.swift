import SQLite
import Domain
import SQL
import Testing

@testable import CatalogStorage

/// Images are found by the exact values of their attributes.
@Suite struct AttributeTests {
    private static func find(_ name: String, _ value: String, _ fixture: Fixture) async throws -> [ImageID] {
        var criteria = SearchCriteria()
        criteria.terms = [SearchTerm(.attribute(AttributeMatch(name: name, value: value)))]
        return try await fixture.catalog.ids(matching: criteria, visibleTo: .everything).elements
    }

    private static func details(_ attributes: [String: JSONValue]) -> ImageDetails {
        ImageDetails(title: "", attributes: attributes)
    }

    @Test func `names ignore case, and values are exact`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let attributes: [String: JSONValue] = [
                "Store": .string("Nord Süd"), "n": .integer(42), "x": .number(1.5), "on": .bool(true),
                "list": .array([.string("a"), .integer(7), .array([.string("deep")])]), "none": .null,
                "nested": .object(["store": .string("inner")]), "long": .string(String(repeating: "l", count: 201)),
            ]
            let record = try await fixture.add(1, Sample(details: Self.details(attributes)))
            let found = [
                ("store", "Nord Süd"), ("STORE", "Nord Süd"), ("n", "42"), ("x", "1.5"), ("on", "true"), ("list", "a"),
                ("list", "7"),
            ]
            for (name, value) in found {
                let ids = try await Self.find(name, value, fixture)
                #expect(ids == [record.id], "\(name)=\(value)")
            }
            let notFound = [
                ("store", "nord süd"), ("store", "Nord"), ("n", "42.0"), ("list", "deep"), ("none", "null"),
                ("nested", "inner"),
                ("long", String(repeating: "l", count: 201)), ("", ""),
            ]
            for (name, value) in notFound {
                let ids = try await Self.find(name, value, fixture)
                #expect(ids == [], "\(name)=\(value)")
            }
        }
    }

    @Test func `a change and a deletion are found at once`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let record = try await fixture.add(1, Sample(details: Self.details(["store": .string("Nord")])))
            var changes = ImageChanges()
            changes.attributes = ["store": .string("Süd")]
            _ = try await fixture.catalog.updateImage(record.id, changes, expectedVersion: nil)
            let (former, now) = (
                try await Self.find("store", "Nord", fixture), try await Self.find("store", "Süd", fixture)
            )
            #expect(former == [] && now == [record.id])
            _ = try await fixture.catalog.deleteImage(record.id, expectedVersion: nil)
            let rows = try await fixture.database.read { try $0.integer("SELECT count(*) FROM image_attributes") }
            #expect(rows == 0)
        }
    }

    @Test func `the attributes of images of an older catalogue are found after its migration`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            // More images than are read at once.
            for number in 1...1003 {
                let attributes: [String: JSONValue] = number % 2 == 0 ? [:] : ["number": .integer(Int64(number))]
                try await fixture.add(number, Sample(details: Self.details(attributes)))
            }
            try await fixture.database.write { session in
                try session.execute("DELETE FROM image_attributes")
                try Migration.attributes.convert(session)
            }
            for number in [1, 501, 1003] {
                let ids = try await Self.find("number", String(number), fixture)
                #expect(ids.count == 1)
            }
            let rows = try await fixture.database.read { try $0.integer("SELECT count(*) FROM image_attributes") }
            #expect(rows == 502)
        }
    }

    @Test func `an image is found by a bounded number of values`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let many = Dictionary(uniqueKeysWithValues: (0..<500).map { ("a\($0)", JSONValue.integer(Int64($0))) })
            try await fixture.add(1, Sample(details: Self.details(many)))
            let rows = try await fixture.database.read { try $0.integer("SELECT count(*) FROM image_attributes") }
            #expect(rows == 200)
        }
    }
}

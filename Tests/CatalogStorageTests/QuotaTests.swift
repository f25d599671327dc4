import CatalogStorage
import Domain
import Testing

/// What counts towards the quota of an account.
@Suite struct QuotaTests {
    private static let attributes: [String: JSONValue] = ["a": .string("é\""), "b": .array([.integer(1), .null])]
    /// `"a":"é\"","b":[1,null]`
    private static let attributeBytes: Int64 = 23

    private static func run(
        quota: Int64?, _ body: (Fixture, _ owner: AccountID, _ used: () async throws -> Int64?) async throws -> Void
    ) async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let owner = AccountID()
            try await catalog.addAccount(
                NewAccount(id: owner, handle: try #require(Handle("ada")), quotaBytes: quota))
            try await body(fixture, owner) { try await catalog.account(owner)?.bytesUsed }
        }
    }

    @Test func `attributes count in every change of an image`() async throws {
        try await Self.run(quota: nil) { fixture, owner, used in
            let catalog = fixture.catalog
            let details = ImageDetails(title: "cat", attributes: Self.attributes)
            let image = try await fixture.add(1, Sample(owner: owner, details: details))
            #expect(try await used() == 1000 + Self.attributeBytes)
            try await fixture.add(2, Sample(owner: owner))
            #expect(try await used() == 2000 + Self.attributeBytes)
            _ = try await catalog.hideFile(.original, of: image.id)
            #expect(try await used() == 1000 + Self.attributeBytes, "the attributes are still there")
            var changes = ImageChanges()
            changes.attributes = ["b": .integer(1)]
            _ = try await catalog.updateImage(image.id, changes, expectedVersion: nil)
            #expect(try await used() == 1000 + 5)
            changes.attributes = Self.attributes
            _ = try await catalog.updateImage(image.id, changes, expectedVersion: nil)
            _ = try await catalog.deleteImage(image.id, expectedVersion: nil)
            #expect(try await used() == 1000)
        }
    }

    @Test func `an image and a change beyond the quota are refused`() async throws {
        try await Self.run(quota: 1000 + Self.attributeBytes) { fixture, owner, used in
            var details = ImageDetails(title: "cat", attributes: Self.attributes)
            details.attributes["c"] = .integer(1)
            await #expect(throws: CatalogError.self) {
                try await fixture.add(1, Sample(owner: owner, details: details))
            }
            let image = try await fixture.add(1, Sample(owner: owner))
            var changes = ImageChanges()
            changes.attributes = details.attributes
            let error = await #expect(throws: CatalogError.self) {
                _ = try await fixture.catalog.updateImage(image.id, changes, expectedVersion: nil)
            }
            #expect(error?.code == .quotaExceeded(bytesLeft: Self.attributeBytes))
            changes.attributes = Self.attributes
            _ = try await fixture.catalog.updateImage(image.id, changes, expectedVersion: nil)
            #expect(try await used() == 1000 + Self.attributeBytes)
            // What is full may become less, and may change otherwise.
            changes.attributes = [:]
            changes.title = "dog"
            _ = try await fixture.catalog.updateImage(image.id, changes, expectedVersion: nil)
            #expect(try await used() == 1000)
        }
    }
}

import Domain
import Testing

@testable import CatalogStorage

/// Metadata in their text column.
@Suite struct StoredMetadataTests {
    private static var complete: PhotoMetadata {
        var metadata = PhotoMetadata()
        metadata.taken = TakenDate(
            local: CivilTime(secondsSince1970: 1_600_000_000), offset: UTCOffset(minutes: -90), source: .original)
        (metadata.cameraMake, metadata.cameraModel, metadata.lens) = ("Maker \"é\"", "", "50mm/1.8 🐎")
        (metadata.exposureTime, metadata.aperture, metadata.iso, metadata.focalLength) = (0.004, 8, 100, 49.5)
        (metadata.latitude, metadata.longitude, metadata.altitude) = (-33.5, 151, -0.25)
        (metadata.creator, metadata.rights, metadata.rating) = ("Ada", "© Ada", 4)
        metadata.exif = .object(["image": .array([.null, .integer(1), .number(1.5)])])
        return metadata
    }

    @Test func `every member is read as it was written`() throws {
        let metadata = Self.complete
        for child in Mirror(reflecting: metadata).children {
            #expect("\(child.value)" != "nil", "the test sets \(child.label ?? "")")
        }
        #expect(try PhotoMetadata(stored: JSONText.encode(metadata)) == metadata)
    }

    @Test func `members that are absent or null are not known`() throws {
        #expect(try PhotoMetadata(stored: "{}") == PhotoMetadata())
        #expect(try PhotoMetadata(stored: #"{"lens":null,"iso":null,"aperture":null,"taken":null}"#) == PhotoMetadata())
    }

    @Test func `numbers that JSON cannot express are kept`() throws {
        for number in [Double.infinity, -.infinity] {
            var metadata = PhotoMetadata()
            metadata.altitude = number
            #expect(try PhotoMetadata(stored: JSONText.encode(metadata)) == metadata)
        }
        #expect(try PhotoMetadata(stored: #"{"altitude":"NaN"}"#).altitude?.isNaN == true)
    }

    @Test(arguments: [
        #"{"lens":1}"#, #"{"iso":"100"}"#, #"{"iso":1.5}"#, #"{"aperture":"8"}"#, #"{"taken":"2020"}"#,
        #"{"taken":{"local":"2020-01-01T00:00:00"}}"#, #"{"taken":{"local":"yesterday","source":"gps"}}"#, "[]",
    ])
    func `values of another kind are refused`(text: String) {
        #expect(throws: DecodingError.self) { try PhotoMetadata(stored: text) }
    }
}

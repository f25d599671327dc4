public import Domain
internal import Testing

/// Compares metadata with the output of exiftool for the same file.
public enum ManifestComparison {
    public static func check(_ metadata: PhotoMetadata, _ entry: Corpus.Entry) {
        let expected = civilTime(entry["date_taken"])
        let original = metadata.taken.flatMap { $0.source == .original ? $0.local : nil }
        #expect(original == expected, "date taken")
        if let taken = metadata.taken, taken.source == .original {
            #expect(taken.offset == UTCOffset(entry["offset"]), "offset")
        }
        #expect(metadata.cameraMake ?? "" == entry["make"], "make")
        #expect(metadata.cameraModel ?? "" == entry["model"], "model")
        let (latitude, longitude) = (entry.number("gps_lat"), entry.number("gps_lon"))
        // Zeros are no place.
        let isPlace = latitude != 0 || longitude != 0
        near(metadata.latitude, isPlace ? latitude : nil, "latitude")
        near(metadata.longitude, isPlace ? longitude : nil, "longitude")
    }

    private static func near(_ value: Double?, _ expected: Double?, _ what: Comment) {
        if let value, let expected {
            #expect(abs(value - expected) < 1e-4, what)
        } else {
            #expect(value == expected, what)
        }
    }

    private static func civilTime(_ text: String) -> CivilTime? {
        let parts = text.split(separator: " ")
        guard parts.count == 2 else { return nil }
        return CivilTime("\(String(parts[0].map { $0 == ":" ? "-" : $0 }))T\(parts[1].prefix(8))")
    }
}

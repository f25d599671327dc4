internal import Domain

/// The place of a picture as Exif writes it (CIPA DC-008-2019, section 4.6.6).
enum ExifPlace {
    private static let latitude = 0x02, longitude = 0x04, altitudeReference = 0x05, altitude = 0x06

    /// Reads degrees and altitude. Zeros in all fields are no place: phones write them if the place was removed.
    static func read(
        into metadata: inout PhotoMetadata, _ directory: TIFFDirectory?, _ file: inout ByteWindow
    ) throws {
        let north = try degrees(directory, latitude, below: 90, negative: "S", &file)
        let east = try degrees(directory, longitude, below: 180, negative: "W", &file)
        if north == 0, east == 0 { return }
        if let north, let east { (metadata.latitude, metadata.longitude) = (north, east) }
        if let height = try ExifReader.number(directory, altitude, in: 0...1_000_000, &file) {
            let reference = try directory?.entry(altitudeReference)?.integers(&file, limit: 1).first
            metadata.altitude = reference == 1 ? -height : height
        }
    }

    /// Degrees, with or without minutes and seconds, as one number; nil if one of them is not a number, or the sum is
    /// out of range.
    ///
    /// A negative number is south or west, whatever its reference is.
    private static func degrees(
        _ directory: TIFFDirectory?, _ tag: Int, below limit: Double, negative: String, _ file: inout ByteWindow
    ) throws -> Double? {
        guard let parts = try directory?.entry(tag)?.numbers(&file, limit: 3), !parts.isEmpty else { return nil }
        // Cameras without minutes or seconds write 0/0 for them.
        let (minutes, seconds) = (parts.dropFirst().first ?? 0, parts.dropFirst(2).first ?? 0)
        let value =
            abs(parts[0]) + abs(minutes.isNaN ? 0 : minutes) / 60 + abs(seconds.isNaN ? 0 : seconds) / 3600
        guard value.isFinite, value <= limit else { return nil }
        if parts.contains(where: { $0 < 0 }) { return -value }
        let reference = try ExifReader.text(directory, tag - 1, &file)
        return reference?.uppercased().hasPrefix(negative) == true ? -value : value
    }
}

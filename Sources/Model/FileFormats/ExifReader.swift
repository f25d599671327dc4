public import Domain

/// Reads the Exif metadata of a picture (CIPA DC-008-2019; docs/decisions/0003).
public enum ExifReader {
    /// The maximum size of the record of all tags, in bytes of text.
    static let recordLimit = 64 << 10

    /// The metadata of an Exif block: a TIFF structure, with or without `Exif` and two NULs before it.
    ///
    /// Of a damaged block, the readable fields are used.
    public static func read(_ block: [UInt8]) -> (metadata: PhotoMetadata, orientation: Int) {
        var window = ByteWindow(block)
        return (try? read(&window)) ?? (PhotoMetadata(), 1)
    }

    /// The metadata of the first directory of a TIFF file.
    ///
    /// - Throws: what the window's reader throws.
    public static func read(_ file: inout ByteWindow) throws -> (metadata: PhotoMetadata, orientation: Int) {
        guard let directories = try ExifDirectories(&file) else { return (PhotoMetadata(), 1) }
        var metadata = PhotoMetadata()
        try readCamera(&metadata, directories, &file)
        try readPlace(&metadata, directories, &file)
        metadata.taken = try ExifDate.taken(directories, &file)
        metadata.exif = try ExifRecord.record(directories, &file)
        let orientation = try directories.image?.entry(ExifTags.orientation)?.integers(&file, limit: 1).first ?? 1
        return (metadata, (1...8).contains(orientation) ? Int(orientation) : 1)
    }

    private static func readCamera(
        _ metadata: inout PhotoMetadata, _ directories: ExifDirectories, _ file: inout ByteWindow
    ) throws {
        metadata.cameraMake = try text(directories.image, ExifTags.make, &file)
        metadata.cameraModel = try text(directories.image, ExifTags.model, &file)
        metadata.lens = try text(directories.photo, ExifTags.lensModel, &file)
        metadata.exposureTime = try number(directories.photo, ExifTags.exposureTime, in: 1e-9...1e6, &file)
        metadata.aperture = try number(directories.photo, ExifTags.aperture, in: 0.01...1000, &file)
        metadata.focalLength = try number(directories.photo, ExifTags.focalLength, in: 0.01...100_000, &file)
        metadata.iso = try number(directories.photo, ExifTags.sensitivity, in: 1...100_000_000, &file).map { Int($0) }
    }

    private static func readPlace(
        _ metadata: inout PhotoMetadata, _ directories: ExifDirectories, _ file: inout ByteWindow
    ) throws {
        let latitude = try degrees(directories.gps, 0x02, below: 90, negative: "S", &file)
        let longitude = try degrees(directories.gps, 0x04, below: 180, negative: "W", &file)
        if let latitude, let longitude { (metadata.latitude, metadata.longitude) = (latitude, longitude) }
        if let altitude = try number(directories.gps, 0x06, in: 0...1_000_000, &file) {
            let reference = try directories.gps?.entry(0x05)?.integers(&file, limit: 1).first
            metadata.altitude = reference == 1 ? -altitude : altitude
        }
    }

    /// Degrees, minutes and seconds as one number; nil if one of them is not a number, or the sum is out of range.
    private static func degrees(
        _ directory: TIFFDirectory?, _ tag: Int, below limit: Double, negative: String, _ file: inout ByteWindow
    ) throws -> Double? {
        guard let parts = try directory?.entry(tag)?.numbers(&file, limit: 3), parts.count == 3 else { return nil }
        // Cameras without seconds write 0/0 for them.
        let seconds = parts[2].isNaN ? 0 : parts[2]
        let value = parts[0] + parts[1] / 60 + seconds / 3600
        guard value.isFinite, value >= 0, value <= limit else { return nil }
        let reference = try text(directory, tag - 1, &file)
        return reference?.uppercased().hasPrefix(negative) == true ? -value : value
    }

    private static func number(
        _ directory: TIFFDirectory?, _ tag: Int, in range: ClosedRange<Double>, _ file: inout ByteWindow
    ) throws -> Double? {
        guard let number = try directory?.entry(tag)?.numbers(&file, limit: 1).first else { return nil }
        return range.contains(number) ? number : nil
    }

    /// A text that is not empty.
    static func text(_ directory: TIFFDirectory?, _ tag: Int, _ file: inout ByteWindow) throws -> String? {
        guard let entry = directory?.entry(tag),
            entry.kind == .ascii || entry.kind == .byte || entry.kind == .undefined,
            let bytes = try entry.bytes(&file, limit: ExifText.limit)
        else { return nil }
        let text = ExifText.decode(bytes)
        return text.isEmpty ? nil : text
    }
}

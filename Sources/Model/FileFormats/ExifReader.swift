public import Domain

/// Reads the Exif metadata of a picture (CIPA DC-008-2019; docs/decisions/0003).
public enum ExifReader {
    /// What Exif says of a picture.
    public struct Reading: Sendable {
        public var metadata = PhotoMetadata()
        /// 1 to 8; 1 if the file does not state one.
        public var orientation = 1

        public init() {}
    }

    /// The maximum size of the record of all tags, in bytes of text.
    static let recordLimit = 64 << 10

    /// The metadata of an Exif block: a TIFF structure, with or without a prefix. Nil if the block has none.
    ///
    /// Of a damaged block, the readable fields are used.
    public static func read(_ block: [UInt8]) -> Reading? {
        var window = ByteWindow(block)
        return (try? read(&window)) ?? nil
    }

    /// The metadata of the first directory of a TIFF file; nil if there is no directory.
    ///
    /// - Throws: what the window's reader throws.
    public static func read(_ file: inout ByteWindow) throws -> Reading? {
        guard let directories = try ExifDirectories(&file) else { return nil }
        var reading = Reading()
        try readCamera(&reading.metadata, directories, &file)
        try readOrigin(&reading.metadata, directories, &file)
        try ExifPlace.read(into: &reading.metadata, directories.gps, &file)
        reading.metadata.taken = try ExifDate.taken(directories, &file)
        reading.metadata.exif = try ExifRecord.record(directories, &file)
        reading.orientation = try orientation(directories, &file)
        return reading
    }

    /// The orientation that a block states, 1 to 8, without reading the rest; nil if the block has no directory.
    public static func orientation(_ block: [UInt8]) -> Int? {
        var window = ByteWindow(block)
        guard let directories = try? ExifDirectories(&window) else { return nil }
        return try? orientation(directories, &window)
    }

    private static func orientation(_ directories: ExifDirectories, _ file: inout ByteWindow) throws -> Int {
        let stated = try directories.image?.entry(ExifTags.orientation)?.integers(&file, limit: 1).first ?? 1
        return (1...8).contains(stated) ? Int(stated) : 1
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

    private static func readOrigin(
        _ metadata: inout PhotoMetadata, _ directories: ExifDirectories, _ file: inout ByteWindow
    ) throws {
        metadata.creator = try text(directories.image, ExifTags.artist, &file).map { String($0.prefix(500)) }
        metadata.rights = try text(directories.image, ExifTags.copyright, &file).map { String($0.prefix(2000)) }
        metadata.rating = try number(directories.image, ExifTags.rating, in: 0...5, &file).map { Int($0) }
    }

    /// A number within a range; nil if it is missing, no number, or out of range.
    static func number(
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

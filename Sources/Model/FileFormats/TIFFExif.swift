/// Exif in TIFF files: directories that the first one points to (CIPA DC-008-2019, section 4.6.3).
public enum TIFFExif {
    /// Tags of the first directory that describe the photo, and not how the picture is stored.
    private static let copied: Set<Int> = [
        0x010D, 0x010E, 0x010F, 0x0110, 0x0131, 0x0132, 0x013B, 0x8298, 0x9C9B, 0x9C9C,
    ]
    /// The maximum number of bytes of a value.
    private static let valueLimit = 64 << 10

    private struct Field {
        let tag: Int, kind: TIFFEntry.Kind, count: Int
        /// In the order of the file.
        var bytes: [UInt8]
    }

    /// A TIFF file with the Exif of a block, in a new first directory at its end; nil if either cannot be read.
    ///
    /// Makers' notes are left out: they hold offsets into the file that they come from.
    public static func adding(_ block: [UInt8], to file: [UInt8]) -> [UInt8]? {
        var (source, target) = (ByteWindow(block, budget: 4 << 20), ByteWindow(file))
        guard let directories = try? ExifDirectories(&source), let header = try? TIFFHeader(&target), !header.isBig,
            let first = try? TIFFDirectory(&target, header: header, at: header.firstDirectory)
        else { return nil }
        var result = file + (file.count % 2 == 0 ? [] : [0])
        var fields = first.entries.compactMap { field($0, &target, header.order) }
        guard fields.count == first.entries.count else { return nil }
        let described = Set(fields.map(\.tag))
        for entry in directories.image?.entries ?? [] where copied.contains(entry.tag) && !described.contains(entry.tag)
        {
            if let copy = field(entry, &source, header.order) { fields.append(copy) }
        }
        for (tag, directory) in [
            (ExifTags.photoDirectory, directories.photo), (ExifTags.gpsDirectory, directories.gps),
        ] {
            let below = (directory?.entries ?? []).filter { !ExifTags.structural.contains($0.tag) }
                .compactMap { field($0, &source, header.order) }
            guard !below.isEmpty else { continue }
            let offset = append(below, next: 0, to: &result, header.order)
            fields.append(
                Field(tag: tag, kind: .long, count: 1, bytes: header.order.bytes(UInt64(offset), width: 4)))
        }
        let offset = append(fields, next: first.next ?? 0, to: &result, header.order)
        guard result.count <= Int(UInt32.max) else { return nil }
        result.replaceSubrange(4..<8, with: header.order.bytes(UInt64(offset), width: 4))
        return result
    }

    /// A field with its values in another order of bytes; nil if they cannot be read, or are too many.
    private static func field(_ entry: TIFFEntry, _ window: inout ByteWindow, _ order: ByteOrder) -> Field? {
        guard entry.count <= UInt64(valueLimit / entry.kind.width),
            let bytes = try? entry.bytes(&window, limit: Int(entry.count))
        else { return nil }
        // A fraction is two numbers.
        let width = [.rational, .signedRational].contains(entry.kind) ? 4 : entry.kind.width
        let swapped =
            entry.order == order
            ? bytes : stride(from: 0, to: bytes.count, by: width).flatMap { bytes[$0..<($0 + width)].reversed() }
        return Field(tag: entry.tag, kind: entry.kind, count: Int(entry.count), bytes: swapped)
    }

    /// Appends a directory and the values that do not fit into it.
    ///
    /// - Returns: the offset of the directory.
    private static func append(
        _ fields: [Field], next: Int64, to file: inout [UInt8], _ order: ByteOrder
    ) -> Int {
        var entries: [UInt8] = []
        for field in fields.sorted(by: { $0.tag < $1.tag }) {
            entries += order.bytes(UInt64(field.tag), width: 2) + order.bytes(UInt64(field.kind.rawValue), width: 2)
            entries += order.bytes(UInt64(field.count), width: 4)
            if field.bytes.count <= 4 {
                entries += field.bytes + [UInt8](repeating: 0, count: 4 - field.bytes.count)
            } else {
                entries += order.bytes(UInt64(file.count), width: 4)
                file += field.bytes + (field.bytes.count % 2 == 0 ? [] : [0])
            }
        }
        let offset = file.count
        file += order.bytes(UInt64(fields.count), width: 2) + entries + order.bytes(UInt64(next), width: 4)
        return offset
    }
}

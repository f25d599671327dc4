/// The chunks of a WebP file (WebP Container Specification, "Extended File Format").
public enum WebPContainer {
    /// The flags of the chunk `VP8X` that announce a profile, Exif and XMP.
    private static let metadataFlags: UInt8 = 0x20 | 0x08 | 0x04

    /// The maximum number of chunks that are visited.
    private static let chunkLimit = 65_536

    /// The content of the chunk `EXIF`; nil if there is none within `limit` bytes.
    static func exifChunk(_ file: inout ByteWindow, limit: Int) throws -> [UInt8]? {
        var offset: Int64 = 12
        for _ in 0..<chunkLimit {
            guard let head = try file.bytes(at: offset, count: 8), let length = ByteOrder.little.uint32(head, at: 4)
            else { return nil }
            if head.has("EXIF") { return length <= limit ? try file.bytes(at: offset + 8, count: length) : nil }
            offset += 8 + Int64(length + length % 2)
        }
        return nil
    }

    /// The file without its profile, Exif and XMP chunks; unchanged if it is not a WebP file. For pictures that are in
    /// sRGB, which is assumed for files without a profile.
    public static func withoutMetadata(_ file: [UInt8]) -> [UInt8] {
        guard file.has("RIFF"), file.has("WEBP", at: 8) else { return file }
        var kept = Array(file.prefix(12))
        var offset = 12
        while let length = ByteOrder.little.uint32(file, at: offset + 4) {
            let end = min(offset + 8 + length + length % 2, file.count)
            if !["ICCP", "EXIF", "XMP "].contains(where: { file.has($0, at: offset) }) {
                let start = kept.count
                kept += file[offset..<end]
                if kept.has("VP8X", at: start), length >= 1, end > offset + 8 { kept[start + 8] &= ~metadataFlags }
            }
            offset = end
        }
        let size = UInt32(truncatingIfNeeded: kept.count - 8)
        for index in 0..<4 { kept[4 + index] = UInt8(truncatingIfNeeded: size >> UInt32(8 * index)) }
        return kept
    }
}

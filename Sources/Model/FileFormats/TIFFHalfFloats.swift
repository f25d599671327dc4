/// TIFF pictures whose samples are floating-point numbers of 16 bits (TIFF Technical Note 3), which libtiff hands on as
/// they are, and libvips refuses.
public enum TIFFHalfFloats {
    private static let bitsPerSample = 0x0102, sampleFormat = 0x0153, nextLimit = 2000
    private static let whole: UInt8 = 1

    /// Where the file has to be changed, byte by byte, to say that the bits of those samples are whole numbers; empty if
    /// its first picture has others.
    ///
    /// - Throws: what the window's reader throws.
    public static func changes(_ file: inout ByteWindow) throws -> [(offset: Int64, byte: UInt8)] {
        guard let header = try TIFFHeader(&file) else { return [] }
        var changes: [(offset: Int64, byte: UInt8)] = []
        var offset = header.firstDirectory
        for page in 0..<nextLimit {
            guard let directory = try TIFFDirectory(&file, header: header, at: offset) else { break }
            let found = try replacements(directory, &file)
            // All pages are taken as the first one.
            if page == 0, found.isEmpty { return [] }
            changes += found
            guard let next = try following(&file, header, after: offset), next > offset else { break }
            offset = next
        }
        return changes
    }

    private static func replacements(
        _ directory: TIFFDirectory, _ file: inout ByteWindow
    ) throws -> [(offset: Int64, byte: UInt8)] {
        guard let format = directory.entry(sampleFormat), format.kind == .short,
            let bits = try directory.entry(bitsPerSample)?.integers(&file, limit: 16),
            !bits.isEmpty, bits.allSatisfy({ $0 == 16 })
        else { return [] }
        let formats = try format.integers(&file, limit: 16)
        guard !formats.isEmpty, formats.allSatisfy({ $0 == 3 }) else { return [] }
        let low: Int64 = format.order == .little ? 0 : 1
        return formats.indices.map { (format.position + Int64($0) * 2 + low, whole) }
    }

    /// The offset of the directory after another one; nil if that is the last.
    private static func following(_ file: inout ByteWindow, _ header: TIFFHeader, after offset: Int64) throws -> Int64?
    {
        let (countWidth, entryWidth, width) = header.isBig ? (8, 20, 8) : (2, 12, 4)
        guard let field = try file.bytes(at: header.base + offset, count: countWidth),
            let count = header.order.number(field, at: 0, width: countWidth), count <= 0xFFFF,
            let link = try file.bytes(
                at: header.base + offset + Int64(countWidth) + Int64(count) * Int64(entryWidth), count: width),
            let next = header.order.number(link, at: 0, width: width).flatMap(Int64.init(exactly:))
        else { return nil }
        return next == 0 ? nil : next
    }
}

/// The first bytes of a TIFF file or an Exif block: byte order, width of offsets, first directory.
struct TIFFHeader {
    let order: ByteOrder
    /// Whether this is BigTIFF, with offsets of 8 bytes.
    let isBig: Bool
    /// Where the structure begins in the window; all its offsets count from there.
    let base: Int64
    /// Offset of the first directory, from `base`.
    let firstDirectory: Int64

    /// Reads the header at `base`; nil if it is not a TIFF structure.
    init?(_ file: inout ByteWindow, at base: Int64 = 0) throws {
        guard let head = try file.bytes(at: base, count: 8) else { return nil }
        switch (head[0], head[1]) {
        case (0x49, 0x49): order = .little
        case (0x4D, 0x4D): order = .big
        default: return nil
        }
        self.base = base
        switch order.uint16(head, at: 2) {
        case 42:
            guard let offset = order.uint32(head, at: 4) else { return nil }
            (isBig, firstDirectory) = (false, Int64(offset))
        case 43:
            guard let long = try file.bytes(at: base + 8, count: 8), let offset = order.offset64(long, at: 0) else {
                return nil
            }
            (isBig, firstDirectory) = (true, offset)
        default: return nil
        }
    }
}

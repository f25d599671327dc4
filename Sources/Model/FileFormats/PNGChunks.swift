/// The chunks of a PNG file (PNG, section 5.3).
public enum PNGChunks {
    private static let chunkLimit = 65_536

    /// The Exif block, anywhere in the file: some programs write it after the pixels.
    ///
    /// - Throws: what the window's reader throws.
    public static func exifBlock(_ file: inout ByteWindow, limit: Int) throws -> [UInt8]? {
        var offset: Int64 = 8
        for _ in 0..<chunkLimit {
            guard let head = try file.bytes(at: offset, count: 8), let length = ByteOrder.big.uint32(head, at: 0) else {
                return nil
            }
            if head.has("eXIf", at: 4) {
                return length <= limit ? try file.bytes(at: offset + 8, count: length) : nil
            }
            if head.has("IEND", at: 4) { return nil }
            offset += 12 + Int64(length)
        }
        return nil
    }
}

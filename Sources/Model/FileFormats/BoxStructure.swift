/// The boxes of an ISO media file (ISO/IEC 14496-12, section 4.2), which HEIC, AVIF and JPEG XL are made of.
enum BoxStructure {
    private static let boxLimit = 4096

    /// A box at the top level.
    struct Box {
        let type: String
        /// The offset of its content, and the bytes of that.
        let start: Int64, content: Int64
        /// Bytes of the whole box.
        let size: Int64
        /// The offset of the box that follows.
        var end: Int64 { start + content }
    }

    /// Visits the boxes at the top level, up to the first that is malformed or reaches beyond the end.
    static func forEach(_ file: inout ByteWindow, _ body: (Box, inout ByteWindow) throws -> Void) throws {
        var offset: Int64 = 0
        for _ in 0..<boxLimit where offset < file.count {
            guard let box = try box(&file, at: offset), box.end <= file.count else { return }
            try body(box, &file)
            offset = box.end
        }
    }

    /// Why the file is incomplete: a box that reaches beyond the end, or no box with a picture.
    ///
    /// - Parameters:
    ///   - pictureBox: a required top-level box.
    ///   - alternative: another box that is sufficient; `idat` is within `meta`, so a `meta` box counts as well.
    static func flaw(_ file: inout ByteWindow, pictureBox: String, alternative: String) throws -> String? {
        var offset: Int64 = 0
        var types: Set<String> = []
        for _ in 0..<boxLimit where offset < file.count {
            guard let box = try box(&file, at: offset) else { return "the file is cut off within a box" }
            types.insert(box.type)
            guard box.end <= file.count else { return "the file is cut off: the box '\(box.type)' is longer" }
            offset = box.end
        }
        let isThere = types.contains(pictureBox) || types.contains(alternative == "idat" ? "meta" : alternative)
        return isThere ? nil : "the file holds no picture"
    }

    /// The box at `offset`; nil if its head is malformed or cut off.
    private static func box(_ file: inout ByteWindow, at offset: Int64) throws -> Box? {
        guard let head = try file.bytes(at: offset, count: 8), let short = ByteOrder.big.uint32(head, at: 0) else {
            return nil
        }
        let type = String(decoding: head[4..<8].map { (0x20...0x7E).contains($0) ? $0 : 0x3F }, as: UTF8.self)
        switch short {
        case 0: return Box(type: type, start: offset + 8, content: file.count - offset - 8, size: file.count - offset)
        case 1:
            guard let long = try file.bytes(at: offset + 8, count: 8), let size = ByteOrder.big.offset64(long, at: 0),
                size >= 16, size <= .max - offset
            else { return nil }
            return Box(type: type, start: offset + 16, content: size - 16, size: size)
        case 2..<8: return nil
        default: return Box(type: type, start: offset + 8, content: Int64(short) - 8, size: Int64(short))
        }
    }
}

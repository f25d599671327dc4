/// The boxes of an ISO media file (ISO/IEC 14496-12, section 4.2), which HEIC, AVIF and JPEG XL are made of.
enum BoxStructure {
    private static let boxLimit = 4096

    /// Why the file is incomplete: a box that reaches beyond the end, or no box with a picture.
    ///
    /// - Parameters:
    ///   - pictureBox: a required top-level box.
    ///   - alternative: another box that is sufficient; `idat` is within `meta`, so a `meta` box counts as well.
    static func flaw(_ file: inout ByteWindow, pictureBox: String, alternative: String) throws -> String? {
        var offset: Int64 = 0
        var types: Set<String> = []
        for _ in 0..<boxLimit where offset < file.count {
            guard let box = try header(&file, at: offset) else { return "the file is cut off within a box" }
            types.insert(box.type)
            guard box.size <= file.count - offset else { return "the file is cut off: the box '\(box.type)' is longer" }
            offset += box.size
        }
        let isThere = types.contains(pictureBox) || types.contains(alternative == "idat" ? "meta" : alternative)
        return isThere ? nil : "the file holds no picture"
    }

    /// A box's type and its whole size in bytes, at least 8.
    private static func header(_ file: inout ByteWindow, at offset: Int64) throws -> (type: String, size: Int64)? {
        guard let head = try file.bytes(at: offset, count: 8), let short = ByteOrder.big.uint32(head, at: 0) else {
            return nil
        }
        let type = String(decoding: head[4..<8].map { (0x20...0x7E).contains($0) ? $0 : 0x3F }, as: UTF8.self)
        switch short {
        case 0: return (type, file.count - offset)
        case 1:
            guard let long = try file.bytes(at: offset + 8, count: 8), let size = ByteOrder.big.offset64(long, at: 0),
                size >= 16
            else { return nil }
            return (type, size)
        case 2..<8: return nil
        default: return (type, Int64(short))
        }
    }
}

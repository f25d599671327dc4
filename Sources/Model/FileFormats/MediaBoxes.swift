/// The boxes within a part of an ISO media file (ISO/IEC 14496-12, section 4.2), in memory.
struct MediaBoxes {
    struct Box {
        let type: String
        /// What follows the box's head.
        let content: ArraySlice<UInt8>

        /// The content of a box that has a version and flags (section 4.2.2).
        var full: (version: Int, flags: Int, rest: ArraySlice<UInt8>)? {
            guard let word = ByteOrder.big.uint32(content, at: 0) else { return nil }
            return (word >> 24, word & 0xFF_FFFF, content.dropFirst(4))
        }
    }

    private static let boxLimit = 4096

    let boxes: [Box]

    /// The boxes up to the first that is cut off, at most 4096.
    init(_ bytes: ArraySlice<UInt8>) {
        var boxes: [Box] = []
        var rest = bytes
        while boxes.count < Self.boxLimit, let short = ByteOrder.big.uint32(rest, at: 0), rest.count >= 8 {
            var (head, size) = (8, short)
            if short == 1 {
                guard let long = ByteOrder.big.offset64(rest, at: 8).flatMap(Int.init(exactly:)) else { break }
                (head, size) = (16, long)
            } else if short == 0 {
                size = rest.count
            }
            guard size >= head, size <= rest.count else { break }
            let name = rest.dropFirst(4).prefix(4)
            boxes.append(
                Box(type: String(decoding: name, as: UTF8.self), content: rest.dropFirst(head).prefix(size - head)))
            rest = rest.dropFirst(size)
        }
        self.boxes = boxes
    }

    /// The first box of a type.
    subscript(type: String) -> Box? { boxes.first { $0.type == type } }

    /// All boxes of a type.
    func all(_ type: String) -> [Box] { boxes.filter { $0.type == type } }

    /// The content of the first top-level box of a type; nil if there is none, or it is longer than the limit.
    static func topLevel(_ type: String, in file: inout ByteWindow, limit: Int) throws -> ArraySlice<UInt8>? {
        var found: ArraySlice<UInt8>?
        try BoxStructure.forEach(&file) { box, file in
            guard found == nil, box.type == type, box.content <= Int64(limit) else { return }
            found = try file.bytes(at: box.start, count: Int(box.content)).map { $0[...] }
        }
        return found
    }

    /// The size of the first top-level box of a type in bytes; nil if there is none.
    static func sizeOfTopLevel(_ type: String, in file: inout ByteWindow) throws -> Int64? {
        var size: Int64?
        try BoxStructure.forEach(&file) { box, _ in if box.type == type { size = size ?? box.size } }
        return size
    }
}

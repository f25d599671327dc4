/// The boxes of a JPEG XL container (ISO/IEC 18181-2, section 9) that hold metadata.
enum JPEGXLBoxes {
    /// The Exif blocks: in a box `Exif`, or in a box `brob` that holds such a box compressed with Brotli.
    ///
    /// Both begin with the offset of the TIFF structure in 4 bytes, which the compressed one holds within.
    static func exifBlocks(_ file: inout ByteWindow, limit: Int) throws -> [EmbeddedExif.Block] {
        guard let head = try file.bytes(at: 4, count: 4), head.has("JXL ") else { return [] }
        var blocks: [EmbeddedExif.Block] = []
        try BoxStructure.forEach(&file) { box, file in
            guard box.content > 4, box.content <= limit else { return }
            switch box.type {
            case "Exif":
                if let bytes = try file.bytes(at: box.start, count: Int(box.content)) { blocks.append(.plain(bytes)) }
            case "brob":
                guard let bytes = try file.bytes(at: box.start, count: Int(box.content)), bytes.has("Exif") else {
                    return
                }
                blocks.append(.brotli(Array(bytes.dropFirst(4))))
            default: return
            }
        }
        return blocks
    }
}

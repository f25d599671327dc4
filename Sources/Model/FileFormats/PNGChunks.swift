/// The chunks of a PNG file (PNG, section 5.3).
enum PNGChunks {
    /// The maximum number of chunks that are visited.
    private static let chunkLimit = 65_536

    /// Why the file is incomplete: the chunk `IEND` ends a PNG (PNG, section 11.2.5); bytes after it are ignored.
    static func flaw(_ file: inout ByteWindow) throws -> String? {
        let end: [UInt8] = [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44]
        for limit in [12, 4096] {
            guard let tail = try file.tail(limit) else { return "the PNG is cut off" }
            if tail.lastPosition(of: end) != nil { return nil }
            if Int64(limit) >= file.count { break }
        }
        var reader = file.forward(from: 8)
        while let head = try reader.next(8), let length = ByteOrder.big.uint32(head, at: 0) {
            guard reader.skip(Int64(length) + 4) else { break }
            if head.has(end) { return nil }
        }
        return "the PNG is cut off: its end chunk is missing"
    }

    /// The Exif blocks, before or after the pixels: a chunk `eXIf` counts before a text that programs wrote when there
    /// was no such chunk.
    static func exifBlocks(_ file: inout ByteWindow, limit: Int) throws -> [EmbeddedExif.Block] {
        var (chunks, texts): ([EmbeddedExif.Block], [EmbeddedExif.Block]) = ([], [])
        var offset: Int64 = 8
        for _ in 0..<chunkLimit {
            guard let head = try file.bytes(at: offset, count: 8), let length = ByteOrder.big.uint32(head, at: 0),
                !head.has("IEND", at: 4)
            else { break }
            if length <= limit {
                if head.has("eXIf", at: 4) {
                    if let block = try file.bytes(at: offset + 8, count: length) { chunks.append(.plain(block)) }
                } else if head.has("tEXt", at: 4) || head.has("zTXt", at: 4) {
                    if let text = try profile(&file, at: offset + 8, length, isCompressed: head[4] == 0x7A, limit) {
                        texts.append(text)
                    }
                }
            }
            offset += 12 + Int64(length)
        }
        return chunks + texts
    }

    /// The profile in a text chunk, whose keyword ends with NUL; in a compressed one the method follows it (PNG, sections
    /// 11.3.4.3 and 11.3.4.4).
    private static func profile(
        _ file: inout ByteWindow, at offset: Int64, _ length: Int, isCompressed: Bool, _ limit: Int
    ) throws -> EmbeddedExif.Block? {
        guard let keyword = RawProfile.keywords.first, length > keyword.utf8.count + 2,
            let start = try file.bytes(at: offset, count: keyword.utf8.count + 1),
            RawProfile.keywords.contains(where: { start.has($0 + "\0") }),
            let content = try file.bytes(
                at: offset + Int64(start.count), count: length - start.count)
        else { return nil }
        if isCompressed { return content.first == 0 ? .deflatedProfile(Array(content.dropFirst())) : nil }
        return RawProfile.bytes(content, limit: limit).map { .plain($0) }
    }
}

/// The segments of a JPEG file (ITU-T T.81, annex B), without its pictures.
enum JPEGStructure {
    /// The maximum number of segments before the first scan.
    private static let segmentLimit = 2000

    /// Why the file is incomplete: no scan, or no end of image after it.
    ///
    /// Data after the picture (a second picture for a gain map, a film, a camera's trailer) are ignored. Within a scan
    /// the end marker cannot occur by chance, since each byte FF of data is followed by 00.
    static func flaw(_ file: inout ByteWindow) throws -> String? {
        guard let scan = try firstScan(&file) else { return "the JPEG holds no picture" }
        for limit in [2, 4096, 65_536, 1 << 20] {
            let reach = Int(min(Int64(limit), file.count - scan))
            guard let tail = try file.bytes(at: file.count - Int64(reach), count: reach) else { break }
            if endsPicture(tail) { return nil }
            if reach < limit { break }
        }
        return "the JPEG is cut off: its end marker is missing"
    }

    private static func endsPicture(_ tail: [UInt8]) -> Bool {
        var previous: UInt8 = 0
        for byte in tail {
            if previous == 0xFF, byte == 0xD9 { return true }
            previous = byte
        }
        return false
    }

    /// The offset of the first scan's entropy-coded data; nil if there is none.
    private static func firstScan(_ file: inout ByteWindow) throws -> Int64? {
        var offset: Int64 = 2
        for _ in 0..<segmentLimit {
            guard let found = try marker(&file, from: offset) else { return nil }
            offset = found.next
            switch found.code {
            case 0x01, 0xD0...0xD8: continue
            case 0xD9: return nil
            default: break
            }
            guard let field = try file.bytes(at: offset, count: 2), let length = ByteOrder.big.uint16(field, at: 0),
                length >= 2
            else { return nil }
            offset += Int64(length)
            if found.code == 0xDA { return offset <= file.count ? offset : nil }
        }
        return nil
    }

    /// The next marker at or after `offset`; fill bytes and a few invalid bytes are skipped, as decoders do.
    private static func marker(_ file: inout ByteWindow, from offset: Int64) throws -> (code: UInt8, next: Int64)? {
        guard let pair = try file.bytes(at: offset, count: 2) else { return nil }
        if pair[0] == 0xFF, pair[1] != 0, pair[1] != 0xFF { return (pair[1], offset + 2) }
        let reach = Int(min(4096, file.count - offset))
        guard let bytes = try file.bytes(at: offset, count: reach) else { return nil }
        for index in 1..<bytes.count where bytes[index - 1] == 0xFF && bytes[index] != 0 && bytes[index] != 0xFF {
            return (bytes[index], offset + Int64(index) + 1)
        }
        return nil
    }
}

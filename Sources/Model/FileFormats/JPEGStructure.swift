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
        for limit in [2, 4096, 65_536] {
            let reach = Int(min(Int64(limit), file.count - scan))
            guard let tail = try file.bytes(at: file.count - Int64(reach), count: reach) else { break }
            if endsPicture(tail) { return nil }
            if reach < limit { return Self.cut }
        }
        var reader = file.forward(from: scan)
        return try endsPicture(&reader) ? nil : Self.cut
    }

    private static let cut = "the JPEG is cut off: its end marker is missing"

    private static func endsPicture(_ reader: inout ForwardReader) throws -> Bool {
        while try reader.skip(past: 0xFF) {
            var code = try reader.next()
            while code == 0xFF { code = try reader.next() }
            if code == 0xD9 { return true }
        }
        return false
    }

    private static func endsPicture(_ tail: [UInt8]) -> Bool {
        var previous: UInt8 = 0
        for byte in tail {
            if previous == 0xFF, byte == 0xD9 { return true }
            previous = byte
        }
        return false
    }

    /// The contents of the segments APP1 before the first scan that begin as Exif does; the first may be empty.
    static func exifSegments(_ file: inout ByteWindow) throws -> [[UInt8]] {
        var found: [[UInt8]] = []
        _ = try firstScan(&file) { code, start, length, file in
            guard code == 0xE1, length > 6, let head = try file.bytes(at: start, count: 4), head.has("Exif"),
                let content = try file.bytes(at: start, count: length)
            else { return }
            found.append(content)
        }
        return found
    }

    /// The offset of the first scan's entropy-coded data; nil if there is none.
    ///
    /// - Parameter visit: receives the code of each segment before it, and the offset and the length of its content.
    private static func firstScan(
        _ file: inout ByteWindow, _ visit: (UInt8, Int64, Int, inout ByteWindow) throws -> Void = { _, _, _, _ in }
    ) throws -> Int64? {
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
            try visit(found.code, offset + 2, length - 2, &file)
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

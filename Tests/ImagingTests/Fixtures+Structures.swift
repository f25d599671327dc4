/// Files with chosen structures, built byte by byte.
extension Fixtures {
    /// A PNG of one colour.
    ///
    /// - Parameters:
    ///   - samples: of a pixel, 8 bits each: one for grey, two for grey and alpha, three for colours, four with alpha.
    ///   - chunks: those before the pixels.
    static func png(
        _ samples: [UInt8], side: Int = 8, chunks: [(name: String, bytes: [UInt8])] = []
    ) -> [UInt8] {
        let row: [UInt8] = [0] + (0..<side).flatMap { _ in samples }
        return png(rows: (0..<side).map { _ in row }, width: side, bands: samples.count, chunks: chunks)
    }

    /// A PNG of rows, each with its filter's number before its samples.
    ///
    /// - Parameter kind: the type of its colours; 3 for numbers of a palette.
    static func png(
        rows: [[UInt8]], width: Int, bands: Int, chunks: [(name: String, bytes: [UInt8])] = [], kind: UInt8? = nil
    ) -> [UInt8] {
        let kinds: [Int: UInt8] = [1: 0, 2: 4, 3: 2, 4: 6]
        let kind: UInt8 = kind ?? kinds[bands] ?? 2
        let header = big(width) + big(rows.count) + [8, kind, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header)
            + chunks.flatMap { chunk($0.name, $0.bytes) } + chunk("IDAT", stored(rows.flatMap { $0 }))
            + chunk("IEND", [])
    }

    /// A TIFF of one colour, in one strip, little-endian.
    ///
    /// - Parameters:
    ///   - pixel: the bytes of a pixel.
    ///   - sampleFormat: 1 for whole numbers, 3 for floating-point ones.
    static func tiff(pixel: [UInt8], bands: Int, bits: Int, sampleFormat: Int, side: Int = 8) -> [UInt8] {
        let samples = (0..<(side * side)).flatMap { _ in pixel }
        let photometric = bands >= 3 ? 2 : 1
        let count = 10
        let after = 8 + 2 + count * 12 + 4
        var values: [UInt8] = []
        func shorts(_ value: Int) -> [UInt8] {
            let list = (0..<bands).flatMap { _ in little(value, 2) }
            guard list.count > 4 else { return list + [UInt8](repeating: 0, count: 4 - list.count) }
            values += list
            return little(after + values.count - list.count)
        }
        func entry(_ tag: Int, _ kind: Int, _ count: Int, _ value: [UInt8]) -> [UInt8] {
            little(tag, 2) + little(kind, 2) + little(count) + value
        }
        let (bitsValue, formatValue) = (shorts(bits), shorts(sampleFormat))
        let entries = [
            entry(256, 4, 1, little(side)), entry(257, 4, 1, little(side)), entry(258, 3, bands, bitsValue),
            entry(259, 3, 1, little(1)), entry(262, 3, 1, little(photometric)),
            entry(273, 4, 1, little(after + values.count)), entry(277, 3, 1, little(bands)),
            entry(278, 4, 1, little(side)), entry(279, 4, 1, little(samples.count)),
            entry(339, 3, bands, formatValue),
        ]
        let head = Array("II".utf8) + little(42, 2) + little(8) + little(count, 2)
        return head + entries.flatMap { $0 } + little(0) + values + samples
    }

    /// A frame of a GIF: a square of one colour of the table.
    struct GIFFrame {
        var x = 0, y = 0
        let side: Int, colour: Int, disposal: Int
    }

    /// A GIF without transparent colours; the colours are black, red, green and blue.
    static func gif(side: Int, _ frames: [GIFFrame]) -> [UInt8] {
        let table: [UInt8] = [0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255]
        let head = Array("GIF89a".utf8) + little(side, 2) + little(side, 2) + [0x81, 0, 0] + table
        return head
            + frames.flatMap { frame -> [UInt8] in
                let box = [frame.x, frame.y, frame.side, frame.side].flatMap { little($0, 2) }
                // Codes of 3 bits: a clear code before each pixel, so that they never become longer.
                let codes = (0..<(frame.side * frame.side)).flatMap { _ in [4, frame.colour] } + [5]
                var (bits, count, data) = (0, 0, [UInt8]())
                for code in codes {
                    (bits, count) = (bits | code << count, count + 3)
                    while count >= 8 {
                        data.append(UInt8(truncatingIfNeeded: bits))
                        (bits, count) = (bits >> 8, count - 8)
                    }
                }
                data.append(UInt8(truncatingIfNeeded: bits))
                let control: [UInt8] = [0x21, 0xF9, 4, UInt8(frame.disposal << 2), 10, 0, 0, 0]
                return control + [0x2C] + box + [0, 2, UInt8(data.count)] + data + [0]
            } + [0x3B]
    }

    static func chunk(_ name: String, _ bytes: [UInt8]) -> [UInt8] {
        let typed = Array(name.utf8) + bytes
        return big(bytes.count) + typed + big(Int(checksum(typed)))
    }

    static func big(_ number: Int, _ count: Int = 4) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * (count - 1 - $0))) }
    }

    static func little(_ number: Int, _ count: Int = 4) -> [UInt8] { big(number, count).reversed() }

    /// Bytes as a zlib stream without compression (RFC 1950, RFC 1951).
    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: bytes.count, by: 65_535) {
            let piece = bytes[start..<min(bytes.count, start + 65_535)]
            stream += [start + 65_535 >= bytes.count ? 1 : 0] + little(piece.count, 2) + little(~piece.count, 2) + piece
        }
        var (low, high) = (1, 0)
        for byte in bytes { (low, high) = ((low + Int(byte)) % 65_521, (high + (low + Int(byte)) % 65_521) % 65_521) }
        return stream + big(high << 16 | low)
    }
}

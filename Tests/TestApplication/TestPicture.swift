/// Pictures that tests generate: small PNG files without compression.
public enum TestPicture {
    /// A PNG file in full colour, different for each seed.
    ///
    /// - Parameter exif: an Exif block behind the pixels; nil for none.
    public static func png(width: Int = 64, height: Int = 48, seed: UInt32 = 1, exif: [UInt8]? = nil) -> [UInt8] {
        var rows: [UInt8] = []
        for y in 0..<height {
            rows.append(0)
            for x in 0..<width {
                // A gradient whose colours depend on the seed.
                let (red, blue) = (x * 3 + Int(seed), Int(seed >> 8) + x + y)
                rows += [red, y * 4, blue].map { UInt8(truncatingIfNeeded: $0) }
            }
        }
        let header = bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [8, 2, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header) + chunk("IDAT", stored(rows))
            + (exif.map { chunk("eXIf", $0) } ?? []) + chunk("IEND", [])
    }

    /// An Exif block with an orientation, and with a date as `DateTime`.
    public static func exif(orientation: UInt8, date: String) -> [UInt8] {
        let fields: [UInt8] = [
            2, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0x32, 1, 2, 0, 20, 0, 0, 0, 38, 0, 0, 0,
        ]
        return [0x49, 0x49, 42, 0, 8, 0, 0, 0] + fields + [0, 0, 0, 0] + Array(date.utf8) + [0]
    }

    /// A PNG file whose beginning and end are intact, but whose pixels cannot be decoded.
    public static func broken(seed: UInt8 = 1) -> [UInt8] {
        let header = bigEndian(64) + bigEndian(48) + [8, 2, 0, 0, 0]
        let pixels = [UInt8](repeating: seed, count: 500)
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header) + chunk("IDAT", pixels)
            + chunk("IEND", [])
    }

    /// A chunk with its checksum (PNG, section 5.3).
    private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let checked = Array(type.utf8) + data
        return bigEndian(UInt32(data.count)) + checked + bigEndian(crc32(checked))
    }

    /// A zlib stream of stored blocks (RFC 1950, RFC 1951 section 3.2.4).
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: bytes.count, by: 65_535) {
            let block = bytes[start..<min(start + 65_535, bytes.count)]
            let length = UInt16(block.count)
            stream.append(start + block.count == bytes.count ? 1 : 0)
            for number in [length, ~length] { stream += [UInt8(number & 255), UInt8(number >> 8)] }
            stream += block
        }
        return stream + bigEndian(adler32(bytes))
    }

    /// The checksum of chunks (PNG, annex D).
    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }

    private static func adler32(_ bytes: [UInt8]) -> UInt32 {
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            a = (a + UInt32(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return b << 16 | a
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}

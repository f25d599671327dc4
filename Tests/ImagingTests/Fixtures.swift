import Foundation

/// Small files that are built byte by byte.
enum Fixtures {
    /// A PNG of 1 × 1 pixels.
    static let tinyPNG = [UInt8](
        Data(
            base64Encoded:
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")
            ?? Data())

    /// A PNG whose header states a size, but with the data of one pixel.
    static func png(width: UInt32, height: UInt32) -> [UInt8] {
        var header = Array("IHDR".utf8) + bigEndian(width) + bigEndian(height) + [8, 0, 0, 0, 0]
        header += bigEndian(checksum(header))
        return tinyPNG.prefix(8) + bigEndian(13) + header + tinyPNG.dropFirst(33)
    }

    /// A grey bitmap of 24 bits a pixel; the width is a multiple of 4.
    static func bitmap(width: Int, height: Int) -> [UInt8] {
        func little(_ number: Int, _ count: Int = 4) -> [UInt8] { (0..<count).map { UInt8(number >> (8 * $0) & 255) } }
        let pixels = width * height * 3
        let file = Array("BM".utf8) + little(54 + pixels) + little(0) + little(54)
        let picture = little(40) + little(width) + little(height) + little(1, 2) + little(24, 2)
        return file + picture + little(0) + little(pixels) + [UInt8](repeating: 0, count: 16)
            + [UInt8](repeating: 128, count: pixels)
    }

    /// A GIF with a number of frames of one pixel.
    static func gif(frames: Int) -> [UInt8] {
        var bytes = Array("GIF89a".utf8) + [1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255]
        for _ in 0..<frames { bytes += [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0] }
        return bytes + [0x3B]
    }

    static func svg(_ inner: String, width: String = "100", height: String = "50") -> [UInt8] {
        Array("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\">\(inner)</svg>".utf8)
    }

    /// An SVG that keeps its renderer busy for ever: noise of two thousand million octaves.
    static let endlessSVG = svg(
        "<filter id=\"f\"><feTurbulence numOctaves=\"2000000000\"/></filter><rect width=\"99\" height=\"49\" filter=\"url(#f)\"/>"
    )

    private static func bigEndian(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(number >> (24 - 8 * $0) & 255) } }

    /// The checksum of a chunk in PNG.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt32 = .max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }
}

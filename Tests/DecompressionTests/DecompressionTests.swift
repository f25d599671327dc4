import Decompression
import Testing

struct DecompressionTests {
    /// "tintype" ten times, as zlib and as Brotli compress it.
    private let deflated: [UInt8] = [
        0x78, 0xDA, 0x2B, 0xC9, 0xCC, 0x2B, 0xA9, 0x2C, 0x48, 0x2D, 0xA1, 0x8C, 0x02, 0x00, 0x3C, 0x51, 0x1E, 0x83,
    ]
    private let brotli: [UInt8] = [
        0x1F, 0x45, 0x00, 0xF8, 0x8D, 0x94, 0x6E, 0xDE, 0xAA, 0x2E, 0x83, 0xA3, 0xCB, 0x53, 0x69, 0x6E, 0x71, 0x4F,
        0x24, 0x30, 0xB3, 0x05,
    ]
    private let expanded = [UInt8](String(repeating: "tintype", count: 10).utf8)

    @Test func `expands what was compressed`() {
        #expect(Deflated.expand(deflated, limit: 1000) == expanded)
        #expect(Brotli.expand(brotli, limit: 1000) == expanded)
    }

    @Test func `expands up to the limit, and not beyond it`() {
        #expect(Deflated.expand(deflated, limit: 70) == expanded && Brotli.expand(brotli, limit: 70) == expanded)
        #expect(Deflated.expand(deflated, limit: 69) == nil && Brotli.expand(brotli, limit: 69) == nil)
    }

    @Test func `refuses data that are cut off, and data that are none`() {
        for data in [[], Array(deflated.dropLast(5)), Array("rubbish".utf8)] {
            #expect(Deflated.expand(data, limit: 1000) == nil)
        }
        for data in [[], Array(brotli.dropLast(2)), [0xFF, 0xFF, 0xFF, 0xFF]] {
            #expect(Brotli.expand(data, limit: 1000) == nil)
        }
    }
}

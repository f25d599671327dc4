import FileFormats
import Testing

@Suite struct PlainJPEGTests {
    private static let start: [UInt8] = [0xFF, 0xD8]
    private static let jfif: [UInt8] = [0xFF, 0xE0, 0, 4, 1, 2]
    private static let table: [UInt8] = [0xFF, 0xDB, 0, 3, 9]
    private static let frame: [UInt8] = [0xFF, 0xC0, 0, 3, 9]
    private static let scan: [UInt8] = [0xFF, 0xDA, 0, 3, 9, 1, 2, 3, 0xFF, 0xD9]

    @Test func `a picture with only its tables is plain`() {
        #expect(PlainJPEG.isPlain(Self.start + Self.jfif + Self.table + Self.frame + Self.scan))
        let comment: [UInt8] = [0xFF, 0xFE, 0, 4, 0x61, 0x62]
        let progressive: [UInt8] = [0xFF, 0xC2, 0, 3, 9]
        #expect(PlainJPEG.isPlain(Self.start + comment + progressive + Self.table + Self.scan))
    }

    @Test(arguments: Array(UInt8(0xE1)...0xEF) + [0xC3, 0xC9, 0xD9, 0xDC, 0x01, 0xFF])
    func `a picture with other information about its interpretation is not plain`(code: UInt8) {
        #expect(!PlainJPEG.isPlain(Self.start + [0xFF, code, 0, 4, 1, 2] + Self.frame + Self.scan))
    }

    @Test func `a truncated or unusual file is not plain`() {
        let file = Self.start + Self.jfif + Self.table + Self.frame + Self.scan
        let scanAt = file.count - Self.scan.count
        for count in 0..<scanAt { #expect(!PlainJPEG.isPlain(Array(file.prefix(count)))) }
        #expect(!PlainJPEG.isPlain(Self.start + [0xFF, 0xDB, 0, 1] + Self.scan))
        #expect(!PlainJPEG.isPlain(Self.start + [0xFF, 0xDB, 0xFF, 0xFF] + Self.scan))
        #expect(!PlainJPEG.isPlain(Self.start + [0x00] + Self.scan))
        #expect(!PlainJPEG.isPlain(Array("GIF89a".utf8)))
        let endless = Array(repeatElement(Self.table, count: 100_000).joined())
        #expect(!PlainJPEG.isPlain(Self.start + endless + Self.scan))
    }
}

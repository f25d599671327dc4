import Domain
import FileFormats
import Testing

/// Where files keep their Exif block.
struct EmbeddedExifTests {
    private let block = {
        var fixture = ExifFixture()
        fixture.image = [(0x0112, .shorts([6]))]
        return fixture.block
    }()

    private func blocks(_ format: ImageFormat, _ file: [UInt8]) throws -> [EmbeddedExif.Block] {
        var window = ByteWindow(file)
        return try EmbeddedExif.blocks(of: format, in: &window)
    }

    private func segment(_ content: [UInt8]) -> [UInt8] {
        let length = content.count + 2
        return [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)] + content
    }

    private func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
        big(content.count) + Array(type.utf8) + content + [0, 0, 0, 0]
    }

    private func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
        big(content.count + 8) + Array(type.utf8) + content
    }

    private static let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    private static let jxlSignature: [UInt8] = [0, 0, 0, 12] + Array("JXL ".utf8) + [0x0D, 0x0A, 0x87, 0x0A]

    @Test(arguments: [
        Array("Exif\0\0".utf8), Array("Exif\0".utf8) + [0xFF], [0, 0, 0, 0], [0, 0, 0, 6] + Array("Exif\0\0".utf8),
        [0xFF, 0xE1, 0x12, 0x34] + Array("Exif\0\0".utf8),
        [0, 0, 0, 0, 0xFF, 0xE1, 0x12, 0x34] + Array("Exif\0\0".utf8),
    ])
    func `reads a block behind whatever programs write before it`(prefix: [UInt8]) {
        #expect(ExifReader.read(prefix + block)?.orientation == 6)
        #expect(ExifReader.orientation(prefix + block) == 6)
    }

    @Test func `finds every segment of a JPEG, of which an empty one does not count`() throws {
        let prefix = Array("Exif\0\0".utf8)
        let file =
            [0xFF, 0xD8] + segment(prefix) + segment(Array("http://ns.adobe.com/xap/1.0/\0<x/>".utf8))
            + segment(prefix + block) + [0xFF, 0xDA, 0, 4, 1, 2] + segment(prefix + block)
        let found = try blocks(.jpeg, file)
        // The empty segment is too short to be one.
        #expect(found == [.plain(prefix + block)])
        let hollow = try blocks(
            .jpeg, [0xFF, 0xD8] + segment(prefix + [0, 0]) + segment(prefix + block) + [0xFF, 0xDA, 0, 2])
        #expect(hollow.count == 2)
    }

    @Test func `finds the chunk of a PNG behind its pixels, and prefers it to a text`() throws {
        let text =
            "\nexif\n  \(block.count)\n" + block.map { String(Int($0) + 256, radix: 16).suffix(2) }.joined() + "\n"
        let profile = chunk("tEXt", Array("Raw profile type exif\0".utf8) + Array(text.utf8))
        let file = Self.pngSignature + profile + chunk("IDAT", [1, 2, 3]) + chunk("eXIf", block) + chunk("IEND", [])
        #expect(try blocks(.png, file) == [.plain(block), .plain(block)])
        #expect(try blocks(.png, Self.pngSignature + profile + chunk("IEND", [])) == [.plain(block)])
        let compressed = chunk("zTXt", Array("Raw profile type APP1\0".utf8) + [0, 1, 2, 3])
        #expect(try blocks(.png, Self.pngSignature + compressed + chunk("IEND", [])) == [.deflatedProfile([1, 2, 3])])
        let other = chunk("tEXt", Array("Raw profile type xmp\0".utf8) + Array(text.utf8))
        #expect(try blocks(.png, Self.pngSignature + other + chunk("IEND", [])) == [])
        #expect(try blocks(.png, Self.pngSignature + chunk("IEND", []) + chunk("eXIf", block)) == [])
    }

    @Test(arguments: [
        ("\nexif\n3\n010203", [1, 2, 3]), ("\nexif\n       3\n01\n02 03\n\n", [1, 2, 3]),
        ("\nexif\n2\n0AfF99", [10, 255]),
        ("\nexif\n4\n010203", nil), ("\nexif\nx\n01", nil), ("\nexif\n1\n0g", nil), ("\nexif\n0\n", nil),
        ("\nexif\n99\n01", nil), ("", nil), ("\n", nil), ("\nexif\n3", nil),
    ])
    func `reads a profile that is written in hexadecimal`(text: String, expected: [UInt8]?) {
        #expect(RawProfile.bytes(Array(text.utf8), limit: 50) == expected)
    }

    @Test func `finds the chunk of a WebP file`() throws {
        let chunks = Array("VP8X".utf8) + little(3, 4) + [1, 2, 3, 0] + Array("EXIF".utf8)
        let file =
            Array("RIFF".utf8) + little(99, 4) + Array("WEBP".utf8) + chunks + little(UInt32(block.count), 4) + block
        #expect(try blocks(.webp, file) == [.plain(block)])
        #expect(try blocks(.webp, Array(file.dropLast())) == [])
    }

    @Test func `finds the boxes of a JPEG XL file`() throws {
        let file =
            Self.jxlSignature + box("ftyp", Array("jxl ".utf8)) + box("jxlc", [1, 2])
            + box("brob", Array("xml ".utf8) + [9]) + box("brob", Array("Exif".utf8) + [7, 8])
            + box("Exif", [0, 0, 0, 0] + block)
        #expect(try blocks(.jxl, file) == [.brotli([7, 8]), .plain([0, 0, 0, 0] + block)])
        // A codestream alone has no boxes.
        #expect(try blocks(.jxl, [0xFF, 0x0A] + Array(file.dropFirst(2))) == [])
    }

    @Test func `survives every cut`() throws {
        let files: [(ImageFormat, [UInt8])] = [
            (.jpeg, [0xFF, 0xD8] + segment(Array("Exif\0\0".utf8) + block) + [0xFF, 0xDA, 0, 4]),
            (.png, Self.pngSignature + chunk("eXIf", block) + chunk("IEND", [])),
            (.jxl, Self.jxlSignature + box("Exif", [0, 0, 0, 0] + block)),
            (.webp, Array("RIFF\0\0\0\0WEBPEXIF".utf8) + little(UInt32(block.count), 4) + block),
        ]
        for (format, file) in files {
            for length in 0...file.count { _ = try blocks(format, Array(file.prefix(length))) }
        }
    }

    @Test func `a directory that cannot be read before the orientation does not hide it`() {
        var fixture = ExifFixture()
        fixture.image = [
            (0x8825, .longs([0xFFFF_FFF0])), (0x0201, .longs([0x00FF_FFFF])), (0x0202, .longs([50_000])),
            (0x0112, .shorts([8])),
        ]
        #expect(ExifReader.read(fixture.block)?.orientation == 8)
    }
}

import Domain
import FileFormats
import Testing

/// Metadata as they are written into renditions.
struct KeptMetadataTests {
    private let block = {
        var fixture = ExifFixture()
        fixture.image = [(0x010F, .text("Maker")), (0x0112, .shorts([6]))]
        fixture.photo = [
            (0x829A, .fractions([(1, 250)])), (0x8827, .shorts([400])), (0x9003, .text("2024:06:01 10:20:30")),
            (0x927C, .text("a maker's note")),
        ]
        fixture.gps = [(0x02, .fractions([(475, 10)])), (0x04, .fractions([(1525, 100)]))]
        return fixture.block
    }()

    @Test(arguments: [
        ("<a tiff:Orientation=\"6\" b=\"6\"/>", "<a tiff:Orientation=\"1\" b=\"6\"/>"),
        ("<tiff:Orientation>8</tiff:Orientation>", "<tiff:Orientation>1</tiff:Orientation>"),
        ("<a tiff:Orientation = '3'/><t:Orientation>\n 5", "<a tiff:Orientation = '1'/><t:Orientation>\n 1"),
        ("<a tiff:Orientation=\"9\"/>", "<a tiff:Orientation=\"9\"/>"), ("tiff:Orientation", "tiff:Orientation"),
        ("tiff:Orientation6", "tiff:Orientation6"), ("tiff:Orientation=", "tiff:Orientation="), ("", ""),
    ])
    func `a packet says that the picture is upright`(packet: String, expected: String) {
        #expect(String(decoding: XMPPacket.upright(Array(packet.utf8)), as: UTF8.self) == expected)
    }

    @Test func `a block says that the picture is upright, and begins with its structure`() throws {
        let upright = try #require(ExifBlock.upright(Array("Exif\0\0".utf8) + block))
        #expect(upright.count == block.count && upright.prefix(4) == block.prefix(4))
        #expect(ExifReader.read(upright)?.orientation == 1)
        #expect(
            ExifReader.read(upright)?.metadata
                == ExifReader.read(block).map { reading in
                    var metadata = reading.metadata
                    metadata.exif = ExifReader.read(upright)?.metadata.exif
                    return metadata
                })
        let bigEndian: [UInt8] = [
            0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 8, 0, 0, 0, 0, 0, 0,
        ]
        #expect(ExifReader.orientation(bigEndian) == 8)
        #expect(ExifBlock.upright(bigEndian).flatMap(ExifReader.orientation) == 1)
        #expect(ExifBlock.upright(Array("rubbish".utf8)) == nil)
        for length in 0...block.count { _ = ExifBlock.upright(Array(block.prefix(length))) }
    }

    @Test func `a codestream of JPEG XL gets a container`() throws {
        let codestream: [UInt8] = [0xFF, 0x0A, 1, 2, 3]
        let file = JPEGXLContainer.adding(exif: block, xmp: Array("<x/>".utf8), to: codestream)
        var window = ByteWindow(file)
        #expect(try EmbeddedExif.blocks(of: .jxl, in: &window) == [.plain([0, 0, 0, 0] + block)])
        #expect(
            try TailCheck.flaw(of: .jxl, size: Int64(file.count)) { Array(file.dropFirst(Int($0)).prefix($1)) } == nil)
        #expect(file.suffix(5) == codestream[...])
        // A container keeps its boxes behind the new ones.
        let again = JPEGXLContainer.adding(exif: nil, xmp: Array("<y/>".utf8), to: file)
        #expect(
            again.count == file.count + 12 && again.prefix(32) == file.prefix(32) && again.suffix(5) == codestream[...])
        #expect(JPEGXLContainer.adding(exif: nil, xmp: nil, to: codestream) == codestream)
    }

    @Test func `a TIFF file gets the directories of a block`() throws {
        let plain = TIFFFixture(chain: [[(0x0100, 10), (0x0101, 20)], [(0x0100, 5)]]).bytes
        let file = try #require(TIFFExif.adding(block, to: plain))
        var window = ByteWindow(file)
        let reading = try #require(try ExifReader.read(&window))
        #expect(reading.metadata.cameraMake == "Maker" && reading.metadata.iso == 400 && reading.orientation == 1)
        #expect(reading.metadata.exposureTime == 1.0 / 250 && reading.metadata.latitude == 47.5)
        #expect(reading.metadata.taken?.description == "2024-06-01T10:20:30")
        // The picture and the other pages are where they were; the maker's note is left out.
        #expect(file.dropFirst(8).prefix(plain.count - 8) == plain.dropFirst(8))
        var pages = ByteWindow(file)
        #expect(try TIFFPages(&pages)?.pages.count == 2)
        #expect(String(decoding: file, as: UTF8.self).contains("a maker's note") == false)
        #expect(TIFFExif.adding(Array("rubbish".utf8), to: plain) == nil)
        #expect(TIFFExif.adding(block, to: Array("rubbish".utf8)) == nil)
    }

    @Test func `numbers are written in the order of the file`() throws {
        let bigEndian: [UInt8] = [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0, 0, 3, 0, 0, 0, 1, 0, 8, 0, 0, 0, 0, 0, 0]
        let file = try #require(TIFFExif.adding(block, to: bigEndian))
        var window = ByteWindow(file)
        #expect(try ExifReader.read(&window)?.metadata.longitude == 15.25)
    }
}

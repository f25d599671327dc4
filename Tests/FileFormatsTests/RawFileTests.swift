import Domain
import FileFormats
import Testing

/// The raw files of cameras begin as TIFF files do.
struct RawFileTests {
    private func recognition(_ bytes: [UInt8]) throws -> Recognition {
        try FormatRecognition.recognise(size: Int64(bytes.count)) { offset, count in
            Array(bytes.dropFirst(Int(offset)).prefix(count))
        }
    }

    private let thumbnail: TIFFFixture.Entries = [(0x00FE, 1), (0x0100, 160), (0x0106, 2)]
    private let filter: TIFFFixture.Entries = [(0x00FE, 0), (0x0100, 4000), (0x0106, 32_803)]

    @Test func `recognises a raw file by the picture behind its filter, in any directory`() throws {
        for fixture in [
            TIFFFixture(chain: [thumbnail], below: [filter]),
            TIFFFixture(chain: [thumbnail], below: [thumbnail, filter]),
            TIFFFixture(chain: [filter]), TIFFFixture(chain: [thumbnail], below: [[(0x0103, 34_713)]]),
            TIFFFixture(chain: [thumbnail], below: [[(0x0106, 34_892)]]), TIFFFixture(chain: [[(0x828E, 1)]]),
        ] { #expect(try recognition(fixture.bytes) == .other("a camera's raw file")) }
    }

    @Test func `tells which kind it is`() throws {
        #expect(try recognition(TIFFFixture(chain: [[(0xC612, 1)]]).bytes) == .other("a camera's raw file (DNG)"))
        let canon: [UInt8] =
            [0x49, 0x49, 42, 0, 16, 0, 0, 0] + Array("CR".utf8) + [2, 0, 0, 0, 0, 0] + [1, 0] + [
                0, 1, 3, 0, 1, 0, 0, 0, 9, 0, 0, 0,
            ]
        #expect(try recognition(canon) == .other("a camera's raw file (CR2)"))
        var nikon = ExifFixture()
        nikon.image = [(0x0103, .shorts([34_713])), (0x010F, .text("NIKON CORPORATION"))]
        #expect(try recognition(nikon.block) == .other("a camera's raw file (NEF)"))
    }

    @Test func `leaves other TIFF files alone`() throws {
        for fixture in [
            TIFFFixture(chain: [[(0x0106, 2)]]), TIFFFixture(chain: [thumbnail, [(0x0106, 2)]]),
            TIFFFixture(chain: [[(0x0106, 2)]], below: [thumbnail]), TIFFFixture(chain: [[(0x0103, 7)]]),
        ] { #expect(try recognition(fixture.bytes) == .image(.tiff)) }
    }
}

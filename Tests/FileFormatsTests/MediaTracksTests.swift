import FileFormats
import Testing

@Suite struct MediaTracksTests {
    private func big(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }

    private func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
        big(8 + content.count) + Array(type.utf8) + content
    }

    private func track(_ handler: String, _ table: [UInt8]) -> [UInt8] {
        let kind = box("hdlr", big(0) + big(0) + Array(handler.utf8) + big(0))
        return box("trak", box("mdia", kind + box("minf", box("stbl", table))))
    }

    private func frames(_ tracks: [UInt8], limit: Int = 1000) throws -> Int {
        var window = ByteWindow(box("ftyp", Array("avis".utf8) + big(0)) + box("moov", tracks) + box("mdat", []))
        return try MediaTracks.frames(&window, limit: limit)
    }

    private func sizes(_ count: Int) -> [UInt8] { box("stsz", big(0) + big(0) + big(count)) }

    @Test func `counts the samples of the longest track of pictures`() throws {
        #expect(try frames(track("pict", sizes(4))) == 4)
        #expect(try frames(track("auxv", sizes(9)) + track("vide", sizes(5)) + track("pict", sizes(2))) == 5)
        let times = box("stts", big(0) + big(2) + big(3) + big(100) + big(4) + big(50))
        #expect(try frames(track("pict", times)) == 7)
    }

    @Test func `is 1 without a track of pictures, and bounded with a table that cannot be`() throws {
        #expect(try frames([]) == 1)
        #expect(try frames(track("soun", sizes(4))) == 1)
        #expect(try frames(track("pict", sizes(1 << 32 - 1)), limit: 50) == 50)
        let times = box("stts", big(0) + big(1 << 32 - 1) + big(3) + big(100))
        #expect(try frames(track("pict", times)) == 3)
        var none = ByteWindow(box("ftyp", Array("avif".utf8) + big(0)))
        #expect(try MediaTracks.frames(&none, limit: 9) == 1)
    }

    @Test func `a file that is cut off anywhere does no harm`() throws {
        let file = box("ftyp", Array("avis".utf8) + big(0)) + box("moov", track("pict", sizes(4)))
        for length in 0..<file.count {
            var window = ByteWindow(Array(file.prefix(length)))
            _ = try MediaTracks.frames(&window, limit: 9)
        }
    }
}

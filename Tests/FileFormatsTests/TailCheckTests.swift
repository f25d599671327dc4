import CorpusFiles
import Domain
import FileFormats
import Testing

struct TailCheckTests {
    private func flaw(_ bytes: [UInt8]) throws -> String? {
        guard case .image(let format) = FormatRecognition.recognise(Array(bytes.prefix(4096))) else {
            return "no image"
        }
        return try TailCheck.flaw(of: format, size: Int64(bytes.count)) { offset, count in
            Array(bytes.dropFirst(Int(offset)).prefix(count))
        }
    }

    @Test(arguments: Corpus.entries("accept"))
    func `accepts every good file of the corpus`(entry: Corpus.Entry) throws {
        #expect(try flaw(entry.bytes()) == nil)
    }

    @Test(.enabled(if: !Corpus.entries.isEmpty))
    func `refuses nearly all good files cut in half`() throws {
        // A bare JPEG XL codestream and small TIFF files do not show where they end, so only a decoder can tell. Some
        // cameras fill their files up with zeros, so half of such a file is complete.
        let files = try Corpus.entries("accept").filter { $0.format != "TIFF" }.map { try $0.bytes() }
        let halves = files.filter { $0.count > 2000 && $0[1] != 0x0A }.map { Array($0.prefix($0.count / 2)) }
        let passed = try halves.filter { try flaw($0) == nil }
        #expect(passed.count * 20 < halves.count)
    }

    @Test(arguments: Corpus.entries)
    func `survives every file of the corpus, cut anywhere`(entry: Corpus.Entry) throws {
        let bytes = Array(try entry.bytes().prefix(3000))
        for length in stride(from: 0, through: bytes.count, by: 61) { _ = try flaw(Array(bytes.prefix(length))) }
    }

    @Test func `refuses a cut-off JPEG`() throws {
        let head: [UInt8] = [0xFF, 0xD8, 0xFF, 0xDA, 0, 4, 1, 2]
        #expect(try flaw(head + [1, 2, 3, 0xFF, 0xD9]) == nil)
        #expect(try flaw(head + [1, 2, 3, 0xFF, 0xD9] + Array(repeating: 7, count: 9000)) == nil)
        #expect(try flaw(head + [1, 2, 3]) == "the JPEG is cut off: its end marker is missing")
        #expect(try flaw([0xFF, 0xD8, 0xFF, 0xD9]) == "the JPEG holds no picture")
    }

    @Test func `does not take the end of an embedded thumbnail for the end of the picture`() throws {
        let thumbnail: [UInt8] = [0xFF, 0xE1, 0, 6, 1, 2, 0xFF, 0xD9]
        let bytes = [0xFF, 0xD8] + thumbnail + [0xFF, 0xDA, 0, 4, 1, 2] + [1, 2, 3]
        #expect(try flaw(bytes) == "the JPEG is cut off: its end marker is missing")
    }

    @Test func `reads a file once at most, and of most files only the ends`() throws {
        let start: [UInt8] = [0xFF, 0xD8, 0xFF, 0xDA, 0, 4, 1, 2]
        for (end, most) in [([UInt8](repeating: 7, count: 2), 4 << 20), ([0xFF, 0xD9], 1 << 16)] {
            let size = 3 << 20
            var total = 0
            let flaw = try TailCheck.flaw(of: .jpeg, size: Int64(size)) { offset, count in
                total += count
                return (Int(offset)..<min(size, Int(offset) + count)).map { position in
                    if position < start.count { return start[position] }
                    return position >= size - 2 ? end[position - size + 2] : 0x41
                }
            }
            #expect((flaw == nil) == (end == [0xFF, 0xD9]))
            #expect(total <= most)
        }
    }

    @Test func `accepts a JPEG with whatever follows it, but not one that ends within a scan`() throws {
        let scan: [UInt8] = [0xFF, 0xDA, 0, 4, 1, 2, 9, 0xFF, 0, 9, 0xFF, 0xD3, 9]
        let whole: [UInt8] = [0xFF, 0xD8] + scan + [0xFF, 0xC4, 0, 3, 1] + scan + [0xFF, 0xFF, 0xD9]
        let following = [UInt8](repeating: 0, count: 200_000)
        #expect(try flaw(whole + following) == nil)
        #expect(try flaw(Array(whole.dropLast()) + following) == "the JPEG is cut off: its end marker is missing")
        #expect(try flaw(Array(whole.dropLast(3)) + following) == "the JPEG is cut off: its end marker is missing")
    }

    @Test func `accepts a PNG with whatever follows it`() throws {
        let end: [UInt8] = [0, 0, 0, 0] + Array("IEND".utf8) + [0xAE, 0x42, 0x60, 0x82]
        let start: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + big(70_000) + Array("IDAT".utf8)
        let whole = start + [UInt8](repeating: 1, count: 70_004) + end
        for following in [0, 5000, 2_000_000] {
            #expect(try flaw(whole + [UInt8](repeating: 0, count: following)) == nil)
        }
        for cut in [Array(whole.dropLast(12)), Array(whole.dropLast(20))] {
            #expect(
                try flaw(cut + [UInt8](repeating: 0, count: 5000)) == "the PNG is cut off: its end chunk is missing")
        }
    }

    @Test func `accepts a GIF without its trailer, and with whatever follows it`() throws {
        let start = Array("GIF89a".utf8) + [1, 0, 1, 0, 0x80, 0, 0] + [0, 0, 0, 255, 255, 255]
        let comment: [UInt8] = [0x21, 0xFE, 2, 0x3B, 0x2C, 0]
        let picture: [UInt8] = [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0x80] + [0, 0, 0, 9, 9, 9] + [2, 2, 0x44, 1, 0]
        let whole = start + comment + picture + picture
        #expect(try flaw(whole + [0x3B]) == nil)
        #expect(try flaw(whole) == nil)
        #expect(try flaw(whole + [0x3B] + [UInt8](repeating: 5, count: 3000)) == nil)
        #expect(try flaw(whole + [UInt8](repeating: 5, count: 3000)) == nil)
        #expect(try flaw(start + comment + [0x3B] + [UInt8](repeating: 5, count: 3000)) == "the GIF holds no picture")
        for cut in 1..<(picture.count * 2 + 1) where cut != picture.count {
            #expect(try flaw(Array(whole.dropLast(cut))) == "the GIF is cut off")
        }
        #expect(try flaw(Array(whole.dropLast(picture.count))) == nil)
    }
}

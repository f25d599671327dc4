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

    @Test func `reads within its budget however large the file`() throws {
        var total = 0
        _ = try TailCheck.flaw(of: .jpeg, size: 1 << 40) { offset, count in
            total += count
            let start: [UInt8] = offset == 0 ? [0xFF, 0xD8, 0xFF, 0xDA, 0, 4] : offset == 2 ? [0xFF, 0xDA, 0, 4] : []
            return Array((start + Array(repeating: 0x41, count: count)).prefix(count))
        }
        #expect(total <= TailCheck.budget)
    }
}

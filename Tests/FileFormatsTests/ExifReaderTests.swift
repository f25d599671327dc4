import CorpusFiles
import Domain
import FileFormats
import Testing

struct ExifReaderTests {
    /// A block of one directory with the given entries: tag, type, count, four bytes of value.
    private func block(_ entries: [(UInt16, UInt16, UInt32, UInt32)], then rest: [UInt8] = []) -> [UInt8] {
        var bytes: [UInt8] = [0x49, 0x49, 42, 0, 8, 0, 0, 0] + little(UInt32(entries.count), 2)
        for (tag, type, count, value) in entries {
            bytes += little(UInt32(tag), 2) + little(UInt32(type), 2) + little(count, 4) + little(value, 4)
        }
        return bytes + little(0, 4) + rest
    }

    /// A block whose Exif directory holds one date.
    private func dated(_ text: String) -> [UInt8] {
        let inner = block([(0x9003, 2, 20, 26 + 18)], then: Array(text.utf8) + [0])
        return block([(0x8769, 4, 1, 26)]) + inner.dropFirst(8)
    }

    @Test func `reads an orientation with and without the Exif prefix`() {
        let bytes = block([(0x0112, 3, 1, 6)])
        #expect(ExifReader.read(bytes)?.orientation == 6)
        #expect(ExifReader.read(Array("Exif\0\0".utf8) + bytes)?.orientation == 6)
        #expect(ExifReader.read(block([(0x0112, 3, 1, 9)]))?.orientation == 1)
    }

    @Test func `reads creator, rights and stars, and no stars beyond five`() throws {
        var fixture = ExifFixture()
        fixture.image = [(0x013B, .text("Ada ")), (0x4746, .shorts([4])), (0x8298, .text("© Ada"))]
        let metadata = try #require(ExifReader.read(fixture.block)).metadata
        #expect(metadata.creator == "Ada" && metadata.rights == "© Ada" && metadata.rating == 4)
        fixture.image = [(0x013B, .text(String(repeating: "x", count: 600))), (0x4746, .shorts([99]))]
        let other = try #require(ExifReader.read(fixture.block)).metadata
        #expect(other.creator?.count == 500 && other.rights == nil && other.rating == nil)
    }

    @Test func `decodes text that is not UTF-8 as Latin-1`() {
        let bytes = block([(0x010F, 2, 4, 0x00E9_6143)])
        #expect(ExifReader.read(bytes)?.metadata.cameraMake == "Ca\u{E9}")
    }

    @Test func `returns nothing for giant counts and for cycles`() {
        let bytes = block([(0x010F, 2, .max, 8), (0x8769, 4, 1, 8), (0x8825, 4, 1, 8), (0x0112, 3, .max, .max)])
        let reading = ExifReader.read(bytes)
        #expect(reading != nil && reading?.metadata.cameraMake == nil)
        #expect(reading?.orientation == 1)
    }

    @Test func `limits the record of all tags`() throws {
        let entries = (0..<900).map { (UInt16(0xD000 + $0), UInt16(2), UInt32(4000), UInt32(20_000)) }
        let metadata = ExifReader.read(block(entries) + Array(repeating: 0x41, count: 40_000))?.metadata
        guard case .object(let groups) = metadata?.exif, case .object(let image) = groups["image"] else {
            Issue.record("no record")
            return
        }
        #expect(image.count > 5 && image.count < 20)
    }

    @Test func `survives every cut and every changed byte`() throws {
        let bytes = dated("2021:05:31 10:00:00")
        for length in 0...bytes.count { _ = ExifReader.read(Array(bytes.prefix(length))) }
        for index in bytes.indices {
            for value in [0, 1, 8, 0x7F, 0x80, 0xFF] as [UInt8] {
                var changed = bytes
                changed[index] = value
                _ = ExifReader.read(changed)
            }
        }
    }

    @Test(arguments: Corpus.entries("accept").filter { $0.format == "JPEG" || $0.format == "TIFF" })
    func `reads dates, places and cameras as exiftool does`(entry: Corpus.Entry) throws {
        var file = ByteWindow(try entry.bytes())
        let reading =
            entry.format == "TIFF"
            ? try ExifReader.read(&file)
            : try EmbeddedExif.blocks(of: .jpeg, in: &file).lazy.compactMap { block in
                if case .plain(let bytes) = block { ExifReader.read(bytes) } else { nil }
            }.first
        ManifestComparison.check(reading?.metadata ?? PhotoMetadata(), entry)
    }
}

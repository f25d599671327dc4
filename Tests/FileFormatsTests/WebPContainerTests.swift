import FileFormats
import Testing

struct WebPContainerTests {
    private func chunk(_ name: String, _ bytes: [UInt8]) -> [UInt8] {
        Array(name.utf8) + [UInt8(bytes.count), 0, 0, 0] + bytes + (bytes.count % 2 == 1 ? [0] : [])
    }

    private func file(_ chunks: [UInt8]) -> [UInt8] {
        Array("RIFF".utf8) + [UInt8(chunks.count + 4), 0, 0, 0] + Array("WEBP".utf8) + chunks
    }

    @Test func `removes Exif and XMP, and updates the header`() {
        let picture = chunk("VP8L", [1, 2, 3])
        let whole = file(
            chunk("VP8X", [0x1C, 0, 0, 0, 1, 2]) + chunk("EXIF", [7, 7, 7]) + picture + chunk("XMP ", [8]))
        #expect(WebPContainer.withoutMetadata(whole) == file(chunk("VP8X", [0x10, 0, 0, 0, 1, 2]) + picture))
    }

    @Test func `survives every cut`() {
        let whole = file(chunk("VP8X", [0x1C, 0, 0, 0, 1, 2]) + chunk("EXIF", [7, 7, 7]) + chunk("VP8L", [1, 2, 3]))
        for length in 0...whole.count { _ = WebPContainer.withoutMetadata(Array(whole.prefix(length))) }
    }
}

import Domain
import Imaging
import SystemIO
import Testing

extension ImagingSuite {
    /// Exif blocks where decoders do not look for them, or do not understand them.
    @Suite struct EmbeddedExifTests {
        /// The orientation 6, behind a thumbnail's tags whose data are not in the block, and the camera's maker.
        private static let block: [UInt8] =
            [0x49, 0x49, 42, 0, 8, 0, 0, 0, 4, 0] + field(0x010F, 2, 3, 0x0069_4F) + field(0x0201, 4, 1, 0x00FF_FFFF)
            + field(0x0202, 4, 1, 60_000) + field(0x0112, 3, 1, 6) + [0, 0, 0, 0]

        private static func field(_ tag: Int, _ type: Int, _ count: Int, _ value: Int) -> [UInt8] {
            little(tag, 2) + little(type, 2) + little(count, 4) + little(value, 4)
        }

        private static func little(_ number: Int, _ width: Int) -> [UInt8] {
            (0..<width).map { UInt8(number >> (8 * $0) & 255) }
        }

        private static func big(_ number: Int) -> [UInt8] { little(number, 4).reversed() }

        private func segment(_ content: [UInt8]) -> [UInt8] {
            [0xFF, 0xE1] + Self.big(content.count + 2).suffix(2) + content
        }

        private func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
            let body = Array(type.utf8) + content
            return Self.big(content.count) + body + Self.big(Int(Fixtures.checksum(body)))
        }

        /// A picture of 8 × 4 pixels as the workers encode it.
        private func picture(_ format: ImageFormat, _ workers: ImagingWorkers) async throws -> [UInt8] {
            let output = try Workshop.scratch()
            let target = RenderTarget(width: 8, height: 4, format: format, output: output)
            _ = try await workers.derive(
                from: Workshop.scratch(Fixtures.bitmap(width: 8, height: 4)), format: .bmp, targets: [target])
            return try Workshop.contents(output)
        }

        private func check(_ file: [UInt8], _ format: ImageFormat, _ workers: ImagingWorkers) async throws {
            let probe = try await workers.probe(Workshop.scratch(file), format: format)
            #expect((probe.orientation, probe.metadata.cameraMake) == (6, "Oi"))
            let target = RenderTarget(width: 100, height: 100, output: try Workshop.scratch())
            let made = try await workers.derive(from: Workshop.scratch(file), format: format, targets: [target])
            #expect((made.first?.width, made.first?.height) == (4, 8))
        }

        @Test func `a JPEG is turned as its block says, behind an empty one`() async throws {
            try await Workshop.withWorkers { workers in
                let prefix = Array("Exif\0\0".utf8)
                let jpeg = try await picture(.jpeg, workers)
                try await check([0xFF, 0xD8] + segment(prefix + Self.block) + jpeg.dropFirst(2), .jpeg, workers)
                try await check(
                    [0xFF, 0xD8] + segment(prefix + [0, 0]) + segment(Array("Exif\0".utf8) + [0xFF] + Self.block)
                        + jpeg.dropFirst(2), .jpeg, workers)
            }
        }

        @Test func `a PNG is turned as a chunk behind its pixels says, or a profile in a text`() async throws {
            try await Workshop.withWorkers { workers in
                let png = try await picture(.png, workers)
                let (start, end) = (png.dropLast(12), png.suffix(12))
                try await check(start + chunk("eXIf", Self.block) + end, .png, workers)
                let digits = Self.block.map { String(Int($0) + 256, radix: 16).suffix(2) }.joined()
                let text = "Raw profile type exif\0\nexif\n\(Self.block.count)\n\(digits)\n"
                try await check(start + chunk("tEXt", Array(text.utf8)) + end, .png, workers)
            }
        }

        @Test func `a WebP file is turned as its chunk says`() async throws {
            try await Workshop.withWorkers { workers in
                var chunks = Array(try await picture(.webp, workers).dropFirst(8))
                if chunks[4..<8].elementsEqual("VP8X".utf8) {
                    chunks[12] |= 0x08
                } else {
                    chunks.insert(
                        contentsOf: Array("VP8X".utf8) + Self.little(10, 4) + [0x08, 0, 0, 0, 7, 0, 0, 3, 0, 0], at: 4)
                }
                let exif = Array("EXIF".utf8) + Self.little(Self.block.count, 4) + Self.block
                chunks += exif
                try await check(Array("RIFF".utf8) + Self.little(chunks.count, 4) + chunks, .webp, workers)
            }
        }

        /// JPEG XL's own orientation counts, which the decoder applies.
        @Test func `the box of a JPEG XL file is read, but does not turn the picture`() async throws {
            try await Workshop.withWorkers { workers in
                func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
                    Self.big(content.count + 8) + Array(type.utf8) + content
                }
                let codestream = try await picture(.jxl, workers)
                let file =
                    [0, 0, 0, 12] + Array("JXL ".utf8) + [0x0D, 0x0A, 0x87, 0x0A]
                    + box("ftyp", Array("jxl \0\0\0\0jxl ".utf8)) + box("Exif", [0, 0, 0, 0] + Self.block)
                    + box("jxlc", codestream)
                let probe = try await workers.probe(Workshop.scratch(file), format: .jxl)
                #expect((probe.width, probe.height, probe.orientation, probe.metadata.cameraMake) == (8, 4, 1, "Oi"))
            }
        }
    }
}

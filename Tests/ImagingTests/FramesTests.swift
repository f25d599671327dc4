import Domain
import Foundation
import Imaging
import SystemIO
import Testing
import Transformations

extension ImagingSuite {
    /// Animations that libvips takes for stills are counted, and never lose frames without a word.
    @Suite struct FramesTests {
        /// Three frames of 8 × 8 pixels, red, green and blue, each shown for a tenth of a second.
        private static let animatedJPEGXL = [UInt8](
            Data(
                base64Encoded:
                    "/wpBBE0AICYIAgEAXABLGIsVwkkC5gUiANj//tAAAAAAAAAAAAgCAQBYAEsYixXCSUFeIAIA/fcDAAAAAAAAAAAIAgUAVABLGIsVwklBXiACAPoDAAAAAAAAAAA="
            ) ?? Data())
        /// One frame of 8 × 8 pixels of (90, 30, 30), multiplied by its alpha of 128.
        private static let premultipliedJPEGXL = [UInt8](
            Data(base64Encoded: "/wpBwAAoAQgIEABkAEsYixXCQQOevYAEANF+D0YEAAAAAAAAAAA=") ?? Data())

        /// Red, in an animation of so many frames.
        private static func animatedPNG(frames: Int) -> [UInt8] {
            Fixtures.png([255, 0, 0], chunks: [("acTL", Fixtures.big(frames) + Fixtures.big(0))])
        }

        private func plan(_ format: ImageFormat, of size: PixelSize) throws -> RenderPlan {
            var transformation = Transformation()
            transformation.format = .fixed(format)
            return try transformation.plan(
                for: RenderSubject(size: size, format: .jxl, pages: 1, hasAlpha: false))
        }

        @Test func `counts the frames of an animated PNG`() async throws {
            try await Workshop.withWorkers { workers in
                for (stated, expected) in [(4, 4), (1, 1), (0, 1)] {
                    let file = try Workshop.scratch(Self.animatedPNG(frames: stated))
                    #expect(try await workers.probe(file, format: .png).frames == expected)
                }
                let endless = try Workshop.scratch(Self.animatedPNG(frames: 1 << 31 - 1))
                await #expect(throws: ImagingError.self) { try await workers.probe(endless, format: .png) }
            }
        }

        @Test func `counts the frames of an animated JPEG XL, and shows the first`() async throws {
            try await Workshop.withWorkers { workers in
                let file = try Workshop.scratch(Self.animatedJPEGXL)
                let probe = try await workers.probe(file, format: .jxl)
                #expect((probe.frames, probe.width, probe.height) == (3, 8, 8))
                try await workers.verify(file, format: .jxl)
                let (thumbnail, rendition) = (try Workshop.scratch(), try Workshop.scratch())
                let target = RenderTarget(width: 4, height: 4, format: .png, output: thumbnail)
                _ = try await workers.derive(from: file, format: .jxl, targets: [target])
                _ = try await workers.render(
                    plan(.png, of: PixelSize(8, 8)), from: file, format: .jxl, to: rendition)
                for output in [thumbnail, rendition] {
                    let shown = try Workshop.pixel(ofPNG: Workshop.contents(output), x: 1, y: 1)
                    #expect(Array(shown.prefix(3)) == [255, 0, 0])
                }
            }
        }

        @Test func `an animated JPEG XL that is cut off is damaged`() async throws {
            try await Workshop.withWorkers { workers in
                let file = try Workshop.scratch(Array(Self.animatedJPEGXL.dropLast(40)))
                await #expect(throws: ImagingError.self) { try await workers.probe(file, format: .jxl) }
            }
        }

        @Test func `divides premultiplied alpha of JPEG XL out`() async throws {
            try await Workshop.withWorkers { workers in
                let file = try Workshop.scratch(Self.premultipliedJPEGXL)
                #expect(try await workers.probe(file, format: .jxl).frames == 1)
                let output = try Workshop.scratch()
                _ = try await workers.render(plan(.png, of: PixelSize(8, 8)), from: file, format: .jxl, to: output)
                let shown = try Workshop.pixel(ofPNG: Workshop.contents(output), x: 1, y: 1)
                #expect(shown == [179, 60, 60, 128])
            }
        }

        @Test func `the compressor drops no frame`() async throws {
            try await Workshop.withWorkers { workers in
                let files = [(Self.animatedPNG(frames: 2), ImageFormat.png), (Self.animatedJPEGXL, .jxl)]
                for (bytes, format) in files {
                    let output = try Workshop.scratch()
                    let made = try await workers.compress(
                        Workshop.scratch(bytes), format: format, as: .webp, to: output)
                    #expect(made == nil)
                }
            }
        }
    }
}

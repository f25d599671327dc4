import Domain
@testable import Imaging
import SystemIO
import Testing
import Vips

extension ImagingSuite {
    /// Thumbnails of icons, charts and the like lose no colours; those of photographs are as small as ever.
    @Suite struct GraphicsTests {
        /// Numbers that look random, the same in every run.
        private static func noise(_ count: Int) -> [UInt8] {
            var state: UInt32 = 7
            return (0..<count).map { _ in
                state = state &* 1_664_525 &+ 1_013_904_223
                return UInt8(state >> 24)
            }
        }

        private static func rows(_ samples: [UInt8], width: Int, bands: Int) -> [[UInt8]] {
            stride(from: 0, to: samples.count, by: width * bands).map { [0] + samples[$0..<($0 + width * bands)] }
        }

        /// A surface of slowly changing colours with noise, as a photograph has.
        private static func photograph(width: Int, height: Int, bands: Int) -> [UInt8] {
            let grain = noise(width * height * bands)
            return grain.indices.map { index in
                let (x, y) = (index / bands % width, index / bands / width)
                return UInt8((x * (index % bands + 1) + y) * 100 / (width * 3 + height) + Int(grain[index] & 31))
            }
        }

        /// Bars of a few colours on white, with lines between them.
        private static func chart(width: Int, height: Int, bands: Int) -> [UInt8] {
            (0..<(width * height)).flatMap { index -> [UInt8] in
                let (x, y) = (index % width, index / width)
                let bar = x / 20
                let colour: [UInt8] =
                    y % 25 == 0
                    ? [200, 200, 210, 255]
                    : y > (bar * 37) % height
                        ? [UInt8(bar * 17 % 256), 60, UInt8(255 - bar * 9 % 256), 255]
                        : [255, 255, 255, bands == 4 ? 0 : 255]
                return Array(colour.prefix(bands))
            }
        }

        private func isGraphic(
            _ samples: [UInt8], width: Int, bands: Int, from format: ImageFormat = .png
        ) throws -> Bool {
            try VipsLibrary.start()
            let image = try VipsImage.of(
                samples: samples, width: width, height: samples.count / bands / width, bands: bands,
                interpretation: bands < 3 ? "b-w" : "srgb")
            return try GraphicRecognition.isGraphic(image, from: format)
        }

        @Test func `icons, charts and drawings in few colours are graphics`() throws {
            #expect(try isGraphic(Self.noise(9 * 9 * 3), width: 9, bands: 3))
            #expect(try isGraphic(Self.noise(64 * 64 * 4), width: 64, bands: 4))
            #expect(try isGraphic(Self.chart(width: 600, height: 400, bands: 3), width: 600, bands: 3))
            #expect(try isGraphic(Self.chart(width: 600, height: 400, bands: 4), width: 600, bands: 4))
            #expect(try isGraphic(Self.noise(300 * 200).map { $0 & 1 == 0 ? 0 : 255 }, width: 300, bands: 1))
            let dithered = Self.noise(300 * 200).flatMap { [$0 & 0xC0, $0 << 2 & 0xC0, 128] as [UInt8] }
            #expect(try isGraphic(dithered, width: 300, bands: 3))
        }

        @Test func `pictures with many colours or much grain are none, whatever holds them`() throws {
            for bands in 1...4 where bands != 2 {
                let samples = Self.photograph(width: 300, height: 200, bands: bands)
                #expect(try !isGraphic(samples, width: 300, bands: bands), "\(bands) bands")
            }
            // 256 colours, as a photograph has in a palette or in one tone.
            let toned = Self.noise(300 * 200).flatMap { [$0, $0 / 2, 40] as [UInt8] }
            #expect(try !isGraphic(toned, width: 300, bands: 3))
            let smoothGrey = (0..<(300 * 200)).map { (index: Int) -> UInt8 in
                let (x, y) = (index % 300, index / 300)
                return UInt8(x / 4 + y / 2)
            }
            #expect(try !isGraphic(smoothGrey, width: 300, bands: 1))
            // Half of it flat, and the rest with too many colours.
            let product =
                [UInt8](repeating: 255, count: 300 * 150 * 3) + Self.photograph(width: 300, height: 150, bands: 3)
            #expect(try !isGraphic(product, width: 300, bands: 3))
            for format in [ImageFormat.jpeg, .heic] {
                #expect(try !isGraphic(Self.noise(9 * 9 * 3), width: 9, bands: 3, from: format))
            }
        }

        @Test func `the thumbnail of an icon has its colours`() async throws {
            try await Workshop.withWorkers { workers in
                let palette = Self.noise(81 * 3)
                let numbers = (0..<9).map { row in [0] + (0..<9).map { UInt8(row * 9 + $0) } }
                let icon = Fixtures.png(
                    rows: numbers, width: 9, bands: 1, chunks: [("PLTE", palette)], kind: 3)
                let output = try Workshop.scratch()
                let made = try await workers.derive(
                    from: Workshop.scratch(icon), format: .png,
                    targets: [RenderTarget(width: 256, height: 256, output: output)])
                #expect(made.map(\.format) == [.png])
                let png = try Workshop.contents(output)
                for index in 0..<81 {
                    let shown = Workshop.pixel(ofPNG: png, x: index % 9, y: index / 9)
                    #expect(shown == palette[(index * 3)..<(index * 3 + 3)].map(Int.init))
                }
            }
        }

        @Test func `keeps transparency of photographs in WebP, and writes JPEG without it`() async throws {
            try await Workshop.withWorkers { workers in
                for (bands, expected) in [(4, ImageFormat.webp), (3, .jpeg), (1, .jpeg)] {
                    let samples = Self.photograph(width: 300, height: 200, bands: bands)
                    let file = try Workshop.scratch(
                        Fixtures.png(
                            rows: Self.rows(samples, width: 300, bands: bands), width: 300, bands: bands))
                    let outputs = try [64, 400].map { (size: $0, file: try Workshop.scratch()) }
                    let targets = outputs.map { RenderTarget(width: $0.size, height: $0.size, output: $0.file) }
                    let made = try await workers.derive(from: file, format: .png, targets: targets)
                    #expect(made.map(\.format) == [expected, expected])
                    #expect(made.map(\.width) == [64, 300] && made.map(\.height) == [43, 200])
                }
            }
        }

        @Test func `drawings fill their box, as graphics`() async throws {
            try await Workshop.withWorkers { workers in
                for inner in ["<circle r=\"20\" fill=\"red\"/>", "<rect width=\"100\" height=\"50\" fill=\"red\"/>"] {
                    let outputs = try [64, 400].map { (size: $0, file: try Workshop.scratch()) }
                    let targets = outputs.map { RenderTarget(width: $0.size, height: $0.size, output: $0.file) }
                    let made = try await workers.derive(
                        from: Workshop.scratch(Fixtures.svg(inner)), format: .svg, targets: targets)
                    #expect(made.map(\.format) == [.png, .png])
                    #expect(made.map(\.width) == [64, 400] && made.map(\.height) == [32, 200])
                }
            }
        }
    }
}

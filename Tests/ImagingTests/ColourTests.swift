import Domain
import Foundation
@testable import Imaging
import SystemIO
import Testing
import Transformations
import Vips

extension ImagingSuite {
    /// What a file says of its colours besides a profile is true of all that is made of it.
    @Suite struct ColourTests {
        /// A file of one colour, and the colour that a browser shows of it.
        struct Case: CustomStringConvertible {
            let description: String
            let format: ImageFormat
            let bytes: [UInt8]
            let expected: [Int]
            var tolerance = 3
        }

        private static func gamma(_ value: Int) -> (name: String, bytes: [UInt8]) { ("gAMA", Fixtures.big(value)) }
        private static func primaries(_ values: [Int]) -> (name: String, bytes: [UInt8]) {
            ("cHRM", values.flatMap { Fixtures.big($0) })
        }
        private static let own = primaries([31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000])
        private static let p3 = primaries([31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6_000])

        static let pngs = [
            Case(
                description: "sRGB's own gamma and primaries", format: .png,
                bytes: Fixtures.png([180, 60, 61], chunks: [gamma(45_455), own]), expected: [180, 60, 61], tolerance: 0),
            Case(
                description: "a linear picture", format: .png,
                bytes: Fixtures.png([55, 55, 55], chunks: [gamma(100_000), own]), expected: [128, 128, 128]),
            Case(
                description: "a linear picture in grey", format: .png,
                bytes: Fixtures.png([55], chunks: [gamma(100_000)]), expected: [128]),
            Case(
                description: "a linear picture with alpha", format: .png,
                bytes: Fixtures.png([55, 55, 55, 128], chunks: [gamma(100_000)]), expected: [128, 128, 128, 128]),
            Case(
                description: "the primaries of P3", format: .png,
                bytes: Fixtures.png([180, 60, 61], chunks: [gamma(45_455), p3]), expected: [197, 42, 52]),
            Case(
                description: "primaries alone", format: .png,
                bytes: Fixtures.png([180, 60, 61], chunks: [p3]), expected: [196, 47, 54]),
            Case(
                description: "sRGB counts before gamma", format: .png,
                bytes: Fixtures.png([55, 55, 55], chunks: [("sRGB", [0]), gamma(100_000)]), expected: [55, 55, 55],
                tolerance: 0),
            Case(
                description: "code points count before sRGB", format: .png,
                bytes: Fixtures.png([180, 60, 61], chunks: [("cICP", [12, 13, 0, 1]), ("sRGB", [0])]),
                expected: [196, 47, 54]),
            Case(
                description: "impossible primaries and gamma", format: .png,
                bytes: Fixtures.png(
                    [180, 60, 61], chunks: [gamma(0), primaries([31_270, 0, 64_000, 33_000, 0, 0, 0, 0])]),
                expected: [180, 60, 61], tolerance: 0),
        ]

        private static func floats(_ values: [Float]) -> [UInt8] {
            values.flatMap { Fixtures.little(Int($0.bitPattern)) }
        }

        static let tiffs = [
            Case(
                description: "floating-point grey", format: .tiff,
                bytes: Fixtures.tiff(pixel: floats([0.5]), bands: 1, bits: 32, sampleFormat: 3), expected: [128]),
            Case(
                description: "floating-point colours, beyond their range too", format: .tiff,
                bytes: Fixtures.tiff(pixel: floats([0.5, 2, -1]), bands: 3, bits: 32, sampleFormat: 3),
                expected: [128, 255, 0]),
            Case(
                description: "floating-point grey of 16 bits", format: .tiff,
                bytes: Fixtures.tiff(pixel: [0x00, 0x38], bands: 1, bits: 16, sampleFormat: 3), expected: [128]),
            Case(
                description: "floating-point colours of 16 bits", format: .tiff,
                bytes: Fixtures.tiff(
                    pixel: [0x00, 0x38, 0x00, 0x40, 0x00, 0xBC], bands: 3, bits: 16, sampleFormat: 3),
                expected: [128, 255, 0]),
            Case(
                description: "grey of 32 bits", format: .tiff,
                bytes: Fixtures.tiff(pixel: [0, 0, 0, 0x40], bands: 1, bits: 32, sampleFormat: 1), expected: [64]),
            Case(
                description: "colours of 32 bits", format: .tiff,
                bytes: Fixtures.tiff(
                    pixel: [0, 0, 0, 0x40, 255, 255, 255, 255, 0, 0, 0, 0], bands: 3, bits: 32, sampleFormat: 1),
                expected: [64, 255, 0]),
        ]

        @Test(arguments: pngs + tiffs)
        func `shows the colours that the file states`(_ given: Case) async throws {
            try await Workshop.withWorkers { workers in
                try await expectEverywhere(given, workers)
            }
        }

        @Test func `shows P3, BT.2020, PQ and HLG without a profile as sRGB`() async throws {
            try await Workshop.withWorkers { workers in
                // Codes of 203 cd/m² are reference white: 0.581 of PQ, and 0.75 of HLG.
                let cases: [(name: String, colour: [UInt8], points: [UInt8], expected: [Int])] = [
                    ("P3", [180, 60, 61], [12, 13], [196, 47, 54]), ("BT.709", [180, 60, 61], [1, 1], [180, 60, 61]),
                    ("BT.2020", [150, 100, 90], [9, 13], [174, 91, 88]),
                    ("PQ", [148, 148, 148], [9, 16], [229, 229, 229]),
                    ("HLG", [191, 191, 191], [9, 18], [229, 229, 229]),
                    ("PQ at 1000 nit", [192, 192, 192], [9, 16], [255, 255, 255]),
                    ("PQ at 10 nit", [77, 77, 77], [9, 16], [64, 64, 64]),
                ]
                for (name, colour, points, expected) in cases {
                    var bytes = try await avif(of: Fixtures.png(colour, side: 64), workers)
                    let place = try #require(bytes.position(of: Array("nclx".utf8)))
                    (bytes[place + 5], bytes[place + 7]) = (points[0], points[1])
                    try await expectEverywhere(
                        Case(description: name, format: .avif, bytes: bytes, expected: expected, tolerance: 5), workers)
                }
            }
        }

        @Test func `divides premultiplied alpha out`() async throws {
            try await Workshop.withWorkers { workers in
                var bytes = try await avif(of: Fixtures.png([90, 30, 30, 128], side: 64), workers)
                try addReference("prem", to: &bytes)
                try await expectEverywhere(
                    Case(
                        description: "premultiplied", format: .avif, bytes: bytes, expected: [179, 60, 60, 128],
                        tolerance: 6), workers)
            }
        }

        private func avif(of png: [UInt8], _ workers: ImagingWorkers) async throws -> [UInt8] {
            let output = try Workshop.scratch()
            let target = RenderTarget(width: 64, height: 64, quality: 95, format: .avif, output: output)
            _ = try await workers.derive(from: Workshop.scratch(png), format: .png, targets: [target])
            return try Workshop.contents(output)
        }

        /// Adds a reference of item 1, the picture, to item 2, its alpha plane, to a file of these two as libheif writes it.
        private func addReference(_ type: String, to bytes: inout [UInt8]) throws {
            func raise(_ place: Int) {
                let number = bytes[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
                bytes.replaceSubrange(place..<(place + 4), with: Fixtures.big(number + 14))
            }
            let references = try #require(bytes.position(of: Array("iref".utf8)))
            let locations = try #require(bytes.position(of: Array("iloc".utf8)))
            // The sizes of the boxes, and where the bytes of the items are.
            for place in [try #require(bytes.position(of: Array("meta".utf8))) - 4, references - 4] { raise(place) }
            for item in 0..<2 { raise(locations + 12 + item * 18 + 4) }
            bytes.insert(
                contentsOf: Fixtures.big(14) + Array(type.utf8) + [0, 1, 0, 1, 0, 2], at: references + 8)
        }

        /// Compares a rendition, a plan's rendition, a compressed file and a level of a pyramid.
        private func expectEverywhere(_ given: Case, _ workers: ImagingWorkers) async throws {
            let file = try Workshop.scratch(given.bytes)
            try await workers.verify(file, format: given.format)
            let probe = try await workers.probe(file, format: given.format)
            let subject = RenderSubject(
                size: PixelSize(probe.width, probe.height), format: given.format, pages: 1, hasAlpha: probe.hasAlpha)
            var transformation = Transformation()
            transformation.format = .fixed(.png)
            let plan = try transformation.plan(for: subject)
            let outputs = try (0..<4).map { _ in try Workshop.scratch() }
            let target = RenderTarget(width: 4, height: 4, format: .png, output: outputs[0])
            _ = try await workers.derive(from: file, format: given.format, targets: [target])
            expect(given, try Workshop.contents(outputs[0]), "derived")
            _ = try await workers.render(plan, from: file, format: given.format, to: outputs[1])
            expect(given, try Workshop.contents(outputs[1]), "rendered")
            let compressed = try await workers.compress(file, format: given.format, as: .png, to: outputs[2])
            if compressed != nil { expect(given, try Workshop.contents(outputs[2]), "compressed") }
            let same = try await workers.shows(outputs[1], format: .png, theSameAs: file, format: given.format)
            #expect(same, "\(given): compared")
            guard !probe.hasAlpha else { return }
            _ = try await workers.makePyramid(of: file, format: given.format, to: outputs[3])
            let level = try Workshop.scratch()
            _ = try await workers.render(plan, from: outputs[3], format: .tiff, level: 0, to: level)
            expect(given, try Workshop.contents(level), "pyramid", further: 2)
        }

        private func expect(_ given: Case, _ png: [UInt8], _ path: String, further: Int = 0) {
            let shown = Workshop.pixel(ofPNG: png)
            let isGrey = given.expected.count < 3
            let wanted = isGrey && shown.count >= 3 ? given.expected + given.expected + given.expected : given.expected
            let isClose =
                shown.count == wanted.count
                && zip(shown, wanted).allSatisfy { abs($0 - $1) <= given.tolerance + further }
            #expect(isClose, "\(given), \(path): \(shown) and not \(wanted)")
        }
    }
}

extension [UInt8] {
    /// The first position of bytes.
    func position(of wanted: [UInt8]) -> Int? {
        indices.first { $0 + wanted.count <= count && self[$0..<($0 + wanted.count)].elementsEqual(wanted) }
    }
}

import CorpusFiles
import Domain
import Foundation
import Imaging
import SystemIO
import Testing

extension ImagingSuite {
    /// Pictures that are stored rotated or mirrored come out upright, and are turned exactly once.
    @Suite(.enabled(if: !Corpus.entries.isEmpty && FileManager.default.fileExists(atPath: "/usr/bin/vips")))
    struct OrientationTests {
        /// Files of one picture; the first one is stored upright.
        private static let families: [[String]] = [
            (1...8).map { "orientation/Landscape_\($0).jpg" },
            [
                "orientation/exifr-f1t.jpg", "orientation/exifr-f3t.jpg", "orientation/exifr-f5t.jpg",
                "orientation/exifr-f7t.jpg",
            ],
        ]

        @Test(arguments: families)
        func `makes every orientation upright`(family: [String]) async throws {
            try await Workshop.withWorkers { workers in
                var upright: [Double] = []
                for path in family {
                    let entry = try #require(Corpus.entries.first { $0.path == path })
                    let output = try Workshop.scratch()
                    let target = RenderTarget(width: 24, height: 24, quality: 95, format: .png, output: output)
                    _ = try await workers.derive(from: Workshop.open(entry), format: .jpeg, targets: [target])
                    let pixels = try greyLevels(Workshop.contents(output))
                    if upright.isEmpty { upright = pixels }
                    #expect(pixels.count == upright.count, "\(path)")
                    let distance = zip(pixels, upright).map { abs($0 - $1) }.reduce(0, +) / Double(max(1, pixels.count))
                    #expect(distance < 12, "\(path) differs by \(distance)")
                }
            }
        }

        /// The grey levels of a PNG, decoded by another program.
        private func greyLevels(_ png: [UInt8]) throws -> [Double] {
            let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let (input, output) = (folder.appending(path: "a.png"), folder.appending(path: "a.csv"))
            try Data(png).write(to: input)
            try Workshop.run("vips", ["colourspace", input.path, folder.appending(path: "b.v").path, "b-w"])
            try Workshop.run("vips", ["csvsave", folder.appending(path: "b.v").path, output.path])
            let text = try String(contentsOf: output, encoding: .utf8)
            return text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        }
    }
}

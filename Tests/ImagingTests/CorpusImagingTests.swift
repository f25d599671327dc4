import CorpusFiles
import Domain
import FileFormats
import Foundation
import Imaging
import SystemIO
import Testing

extension ImagingSuite {
    /// The whole corpus in worker processes, as for uploads.
    @Suite(.enabled(if: !Corpus.entries.isEmpty), .serialized)
    struct CorpusImagingTests {
        private func format(_ file: FileDescriptor) throws -> ImageFormat {
            let head = try file.read(at: 0, count: FormatRecognition.headLength)
            guard case .image(let format) = FormatRecognition.recognise(head) else {
                throw ImagingError(.unsupported, "no image")
            }
            let flaw = try TailCheck.flaw(of: format, size: file.size()) { try file.read(at: $0, count: $1) }
            if let flaw { throw ImagingError(.damaged, flaw) }
            return format
        }

        @Test func `the probe of every good file agrees with its manifest`() async throws {
            try await Workshop.withWorkers { workers in
                for entry in Corpus.entries("accept") {
                    let file = try Workshop.open(entry)
                    let probe: ImageProbe
                    do { probe = try await workers.probe(file, format: format(file)) } catch {
                        Issue.record("\(entry.path): \(error)")
                        continue
                    }
                    #expect(probe.uprightSize.width == entry.integer("display_width"), "\(entry.path)")
                    #expect(probe.uprightSize.height == entry.integer("display_height"), "\(entry.path)")
                    ManifestComparison.check(probe.metadata, entry)
                }
            }
        }

        @Test func `decodes and renders every good file`() async throws {
            try await Workshop.withWorkers { workers in
                for entry in Corpus.entries("accept") {
                    do { try await render(entry, workers) } catch { Issue.record("\(entry.path): \(error)") }
                }
            }
        }

        private func render(_ entry: Corpus.Entry, _ workers: ImagingWorkers) async throws {
            let file = try Workshop.open(entry)
            let format = try format(file)
            try await workers.verify(file, format: format)
            let targets = [2048, 256].map {
                RenderTarget(width: $0, height: $0, output: (try? Workshop.scratch()) ?? file)
            }
            let rendered = try await workers.derive(from: file, format: format, targets: targets)
            for (made, target) in zip(rendered, targets) {
                let bytes = try Workshop.contents(target.output)
                #expect(Int64(bytes.count) == made.bytes)
                #expect(FormatRecognition.recognise(Array(bytes.prefix(64))) == .image(made.format), "\(entry.path)")
                let (width, height) = (entry.integer("display_width") ?? 0, entry.integer("display_height") ?? 0)
                let factor = max(1, Double(max(width, height)) / Double(target.width))
                #expect(abs(Double(made.width) - Double(width) / factor) <= 1.5, "\(entry.path) \(made)")
                #expect(abs(Double(made.height) - Double(height) / factor) <= 1.5, "\(entry.path) \(made)")
                let again = try await workers.probe(target.output, format: made.format)
                #expect((again.width, again.height, again.orientation) == (made.width, made.height, 1), "\(entry.path)")
                #expect(again.metadata == PhotoMetadata(), "\(entry.path) keeps metadata")
                #expect(!bytes.has("Exif\0\0") && !bytes.has("http://ns.adobe.com"), "\(entry.path) keeps metadata")
            }
        }

        @Test func `refuses every bad file in bounded time`() async throws {
            try await Workshop.withWorkers(limits: ImagingLimits(maximumPixels: 250_000_000, renderSeconds: 20)) {
                workers in
                for entry in Corpus.entries where entry.verdict != "accept" {
                    let begin = ContinuousClock.now
                    var refusal: (any Error)?
                    do {
                        let file = try Workshop.open(entry)
                        let format = try format(file)
                        _ = try await workers.probe(file, format: format)
                        try await workers.verify(file, format: format)
                        let target = RenderTarget(width: 256, height: 256, output: try Workshop.scratch())
                        _ = try await workers.derive(from: file, format: format, targets: [target])
                    } catch { refusal = error }
                    let time = begin.duration(to: .now)
                    if ProcessInfo.processInfo.environment["TINTYPE_CORPUS_REPORT"] != nil {
                        print("CORPUS", entry.verdict, entry.path, time, refusal.map { "\($0)" } ?? "accepted")
                    }
                    if entry.verdict == "reject" { #expect(refusal != nil, "\(entry.path) is accepted") }
                    #expect(time < .seconds(30), "\(entry.path) takes \(time)")
                }
            }
        }
    }
}

extension Array where Element == UInt8 {
    /// Whether a text occurs anywhere in the bytes.
    func has(_ text: String) -> Bool { Data(self).range(of: Data(text.utf8)) != nil }
}

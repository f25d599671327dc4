import Runtime
import Domain
import FileFormats
import Foundation
import Glibc
@testable import Imaging
import SystemIO
import Testing

extension ImagingSuite {
    @Suite(.serialized)
    struct ImagingWorkersTests {
        private func failure(_ body: () async throws -> Void) async -> ImagingError.Code? {
            do { try await body() } catch { return (error as? ImagingError)?.code }
            return nil
        }

        @Test func `probes a tiny picture`() async throws {
            try await Workshop.withWorkers { workers in
                let probe = try await workers.probe(Workshop.scratch(Fixtures.tinyPNG), format: .png)
                #expect((probe.width, probe.height, probe.frames, probe.hasAlpha) == (1, 1, 1, false))
            }
        }

        @Test func `aborts an endless picture at the deadline, and continues`() async throws {
            try await Workshop.withWorkers(limits: ImagingLimits(renderSeconds: 2)) { workers in
                let endless = try Workshop.scratch(Fixtures.endlessSVG)
                let begin = ContinuousClock.now
                let code = await failure {
                    let target = RenderTarget(width: 64, height: 64, output: try Workshop.scratch())
                    _ = try await workers.derive(from: endless, format: .svg, targets: [target])
                }
                #expect(code == .timedOut)
                #expect(begin.duration(to: .now) < .seconds(20))
                try await workers.verify(Workshop.scratch(Fixtures.tinyPNG), format: .png)
            }
        }

        @Test func `reports a worker that was killed, and continues`() async throws {
            try await Workshop.withOwnWorkers { workers, program in
                async let code = failure {
                    try await workers.verify(Workshop.scratch(Fixtures.endlessSVG), format: .svg)
                }
                let deadline = ContinuousClock.now + .seconds(20)
                while workers.renders.load.busy == 0 || Workshop.childProcesses(running: program).isEmpty,
                    ContinuousClock.now < deadline
                {
                    try await Task.sleep(for: .milliseconds(5))
                }
                for child in Workshop.childProcesses(running: program) { kill(child, SIGKILL) }
                #expect(await code == .crashed)
                try await workers.verify(Workshop.scratch(Fixtures.tinyPNG), format: .png)
                // The workers of the other lane were idle when they were killed, so no client gets an error.
                for _ in 0..<4 { _ = try await workers.probe(Workshop.scratch(Fixtures.tinyPNG), format: .png) }
            }
        }

        @Test func `replaces workers after a number of requests`() async throws {
            try await Workshop.withWorkers(limits: ImagingLimits(requestsPerWorker: 2)) { workers in
                for _ in 0..<7 { try await workers.verify(Workshop.scratch(Fixtures.tinyPNG), format: .png) }
            }
        }

        @Test func `refuses pictures and canvases with too many pixels before decoding them`() async throws {
            try await Workshop.withWorkers { workers in
                let png = Fixtures.png(width: 50_000, height: 50_000)
                #expect(
                    await failure { _ = try await workers.probe(Workshop.scratch(png), format: .png) } == .tooManyPixels
                )
                #expect(
                    await failure { try await workers.verify(Workshop.scratch(png), format: .png) } == .tooManyPixels)
                let svg = Fixtures.svg("", width: "30000", height: "30000")
                #expect(
                    await failure { _ = try await workers.probe(Workshop.scratch(svg), format: .svg) } == .tooManyPixels
                )
            }
        }

        @Test func `refuses animations with too many frames`() async throws {
            try await Workshop.withWorkers { workers in
                let gif = Fixtures.gif(frames: 100_000)
                #expect(
                    await failure { _ = try await workers.probe(Workshop.scratch(gif), format: .gif) } == .tooManyFrames
                )
                let short = try await workers.probe(Workshop.scratch(Fixtures.gif(frames: 3)), format: .gif)
                #expect(short.frames == 3)
            }
        }

        @Test(arguments: [ImageFormat.png, .webp, .gif, .tiff, .avif, .jxl, .jpeg])
        func `writes the requested format`(format: ImageFormat) async throws {
            try await Workshop.withWorkers { workers in
                let output = try Workshop.scratch()
                let source = try Workshop.scratch(Fixtures.svg("<circle r=\"20\" fill=\"red\"/>"))
                let target = RenderTarget(width: 50, height: 50, format: format, output: output)
                let made = try await workers.derive(from: source, format: .svg, targets: [target])
                #expect(made.first?.format == format)
                let probe = try await workers.probe(output, format: format)
                #expect((probe.width, probe.height) == (50, 25))
            }
        }

        @Test func `refuses formats without an encoder`() async throws {
            try await Workshop.withWorkers { workers in
                let code = await failure {
                    let target = RenderTarget(width: 9, height: 9, format: .svg, output: try Workshop.scratch())
                    _ = try await workers.derive(
                        from: Workshop.scratch(Fixtures.tinyPNG), format: .png, targets: [target])
                }
                #expect(code == .unsupported)
            }
        }

        @Test func `reports an empty file and a wrong format as damaged`() async throws {
            try await Workshop.withWorkers { workers in
                #expect(await failure { _ = try await workers.probe(Workshop.scratch(), format: .jpeg) } == .damaged)
                let png = try Workshop.scratch(Fixtures.tinyPNG)
                #expect(await failure { _ = try await workers.probe(png, format: .jpeg) } == .damaged)
            }
        }
    }
}

import Domain
import Imaging
import SystemIO
import Testing
import Transformations

extension ImagingSuite {
    /// What no frame of a GIF covers, or a frame has cleared, is transparent.
    @Suite struct GIFCanvasTests {
        private let red = [255, 0, 0, 255], green = [0, 255, 0, 255], clear = [0, 0, 0, 0]

        private func pages(
            _ gif: [UInt8], _ count: Int, at places: [(x: Int, y: Int)], _ workers: ImagingWorkers
        ) async throws -> [[[Int]]] {
            let file = try Workshop.scratch(gif)
            let probe = try await workers.probe(file, format: .gif)
            #expect(probe.frames == count)
            var pages: [[[Int]]] = []
            for page in 1...count {
                var transformation = Transformation()
                (transformation.format, transformation.page) = (.fixed(.png), page)
                let plan = try transformation.plan(
                    for: RenderSubject(
                        size: PixelSize(probe.width, probe.height), format: .gif, pages: count,
                        hasAlpha: probe.hasAlpha))
                let output = try Workshop.scratch()
                _ = try await workers.render(plan, from: file, format: .gif, to: output)
                let png = try Workshop.contents(output)
                pages.append(places.map { Workshop.pixel(ofPNG: png, x: $0.x, y: $0.y) })
            }
            return pages
        }

        @Test func `frames that are cleared leave nothing behind`() async throws {
            try await Workshop.withWorkers { workers in
                let gif = Fixtures.gif(
                    side: 8,
                    [
                        .init(side: 4, colour: 1, disposal: 2), .init(x: 4, y: 4, side: 4, colour: 2, disposal: 2),
                        .init(x: 4, y: 0, side: 2, colour: 1, disposal: 1),
                    ])
                let pages = try await pages(gif, 3, at: [(1, 1), (5, 5), (4, 0)], workers)
                #expect(pages == [[red, clear, clear], [clear, green, clear], [clear, clear, red]])
                let output = try Workshop.scratch()
                var transformation = Transformation()
                (transformation.format, transformation.isAnimated) = (.fixed(.webp), true)
                let plan = try transformation.plan(
                    for: RenderSubject(size: PixelSize(8, 8), format: .gif, pages: 3, hasAlpha: true))
                _ = try await workers.render(plan, from: Workshop.scratch(gif), format: .gif, to: output)
                let probe = try await workers.probe(output, format: .webp)
                #expect((probe.frames, probe.hasAlpha) == (3, true))
            }
        }

        @Test func `a still smaller than its canvas is transparent around it`() async throws {
            try await Workshop.withWorkers { workers in
                let gif = Fixtures.gif(side: 8, [.init(x: 2, y: 2, side: 4, colour: 1, disposal: 0)])
                let pages = try await pages(gif, 1, at: [(3, 3), (0, 0), (7, 7)], workers)
                #expect(pages == [[red, clear, clear]])
            }
        }

        @Test func `frames that are left stay`() async throws {
            try await Workshop.withWorkers { workers in
                let gif = Fixtures.gif(
                    side: 8,
                    [.init(side: 8, colour: 1, disposal: 1), .init(x: 4, y: 4, side: 4, colour: 2, disposal: 1)])
                let pages = try await pages(gif, 2, at: [(1, 1), (5, 5)], workers)
                #expect(
                    pages.map { $0.map { Array($0.prefix(3)) } } == [
                        [[255, 0, 0], [255, 0, 0]], [[255, 0, 0], [0, 255, 0]],
                    ])
            }
        }
    }
}

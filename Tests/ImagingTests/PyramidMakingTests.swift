import Domain
import Imaging
import SystemIO
import Testing
import Transformations

extension ImagingSuite {
    @Suite struct PyramidMakingTests {
        private func failure(_ body: () async throws -> Void) async -> ImagingError.Code? {
            do { try await body() } catch { return (error as? ImagingError)?.code }
            return nil
        }

        private var plan: RenderPlan {
            get throws {
                var transformation = Transformation()
                transformation.format = .fixed(.png)
                return try transformation.plan(
                    for: RenderSubject(size: PixelSize(1, 1), format: .png, pages: 1, hasAlpha: false))
            }
        }

        @Test func `the smallest picture has a pyramid of one level`() async throws {
            try await Workshop.withWorkers { workers in
                let (pyramid, output) = (try Workshop.scratch(), try Workshop.scratch())
                let made = try await workers.makePyramid(
                    of: Workshop.scratch(Fixtures.tinyPNG), format: .png, to: pyramid)
                #expect((made.format, made.width, made.height) == (.tiff, 1, 1))
                #expect(try made.bytes == pyramid.size())
                let plan = try plan
                let rendered = try await workers.render(plan, from: pyramid, format: .tiff, level: 0, to: output)
                #expect((rendered.width, rendered.height) == (1, 1))
                for level in [1, 9] {
                    let code = await failure {
                        _ = try await workers.render(
                            plan, from: pyramid, format: .tiff, level: level, to: try Workshop.scratch())
                    }
                    #expect(code == .damaged, "level \(level)")
                }
            }
        }

        @Test func `a transparent or damaged picture has no pyramid`() async throws {
            try await Workshop.withWorkers { workers in
                let output = try Workshop.scratch()
                let drawing = try Workshop.scratch(Fixtures.svg("<circle r=\"9\"/>"))
                let code = await failure { _ = try await workers.makePyramid(of: drawing, format: .svg, to: output) }
                #expect(code == .unsupported)
                let hollow = try Workshop.scratch(Fixtures.png(width: 5000, height: 5000))
                let other = await failure { _ = try await workers.makePyramid(of: hollow, format: .png, to: output) }
                #expect(other == .damaged)
                #expect(try output.size() == 0)
            }
        }
    }
}

import Domain
@testable import Imaging
import SystemIO
import Testing
import Transformations

extension ImagingSuite {
    /// SVG drawings have the size that browsers show them in.
    @Suite struct DrawingTests {
        struct Case: CustomStringConvertible {
            let attributes: String
            let width: Int, height: Int
            var inner = "<rect width=\"1\" height=\"1\"/>"
            var description: String { attributes }

            var bytes: [UInt8] {
                Array("<svg xmlns=\"http://www.w3.org/2000/svg\" \(attributes)>\(inner)</svg>".utf8)
            }
        }

        @Test(arguments: [
            Case(attributes: "width=\"100\" height=\"50\"", width: 100, height: 50),
            Case(attributes: "width=\"210mm\" height=\"297mm\"", width: 794, height: 1123),
            Case(attributes: "width=\"1in\" height=\"72pt\"", width: 96, height: 96),
            Case(attributes: "viewBox=\"0 0 300 150\"", width: 300, height: 150),
            Case(attributes: "width=\"100%\" height=\"100%\" viewBox=\"0 0 300 150\"", width: 300, height: 150),
            Case(attributes: "width=\"60\" viewBox=\"0 0 300 150\"", width: 60, height: 30),
            Case(attributes: "height=\"1in\" viewBox=\"0 0 300 150\"", width: 192, height: 96),
            Case(attributes: "viewBox=\"0 0 0.5 0.25\"", width: 300, height: 150),
            Case(attributes: "viewBox=\"0 0 1 0.4\"", width: 300, height: 120),
            Case(attributes: "viewBox=\"0 0 1 1\"", width: 1, height: 1),
            Case(attributes: "width=\"0.1\" height=\"500\"", width: 1, height: 5000),
            Case(attributes: "", width: 30, height: 20, inner: "<rect width=\"30\" height=\"20\"/>"),
        ])
        func `has its size at 96 dots an inch`(_ given: Case) async throws {
            try await Workshop.withWorkers { workers in
                let probe = try await workers.probe(Workshop.scratch(given.bytes), format: .svg)
                #expect((probe.width, probe.height) == (given.width, given.height))
            }
        }

        @Test(arguments: ["13.22mm", "0.5205in", "37.48pt", "50", "50%"])
        func `lengths inside have the same unit`(length: String) async throws {
            try await Workshop.withWorkers { workers in
                let bytes = Fixtures.svg(
                    "<rect width=\"100\" height=\"100\" fill=\"white\"/><rect width=\"\(length)\" height=\"100\" fill=\"red\"/>",
                    width: "100", height: "100")
                for scale in [1, 3] {
                    let png = try await rendered(bytes, PixelSize(100, 100), by: scale, workers)
                    let reds = (0..<(100 * scale)).count {
                        Workshop.pixel(ofPNG: png, x: $0, y: 10)[1] < 128
                    }
                    #expect(reds == 50 * scale)
                }
            }
        }

        @Test func `a view box below one unit is drawn`() async throws {
            try await Workshop.withWorkers { workers in
                let given = Case(
                    attributes: "viewBox=\"0 0 0.5 0.25\"", width: 300, height: 150,
                    inner: "<rect width=\"0.25\" height=\"0.25\" fill=\"#f00\" fill-opacity=\"0.5\"/>")
                let png = try await rendered(given.bytes, PixelSize(300, 150), by: 1, workers)
                #expect(Workshop.pixel(ofPNG: png, x: 149, y: 149) == [255, 0, 0, 128])
                #expect(Workshop.pixel(ofPNG: png, x: 150, y: 0) == [0, 0, 0, 0])
            }
        }

        @Test func `a drawing larger than a square of the renderer is whole`() async throws {
            try await Workshop.withWorkers { workers in
                let bytes = Fixtures.svg(
                    "<rect width=\"1500\" height=\"1200\" fill=\"lime\"/><rect width=\"1200\" height=\"1100\" fill=\"red\"/>",
                    width: "1500", height: "1200")
                let png = try await rendered(bytes, PixelSize(1500, 1200), by: 1, workers)
                let places = [(0, 0), (1199, 1099), (1023, 1024), (1200, 0), (0, 1100), (1499, 1199)]
                let greens = places.map { Workshop.pixel(ofPNG: png, x: $0.0, y: $0.1)[1] }
                #expect(greens == [0, 0, 0, 255, 255, 255])
            }
        }

        @Test func `what is no drawing, or has no size, is refused`() async throws {
            try await Workshop.withWorkers { workers in
                for bytes in ["<svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "<svg width=\"0\" height=\"5\"/>"]
                {
                    let file = try Workshop.scratch(Array(bytes.utf8))
                    await #expect(throws: ImagingError.self) { try await workers.probe(file, format: .svg) }
                }
            }
        }

        private func rendered(
            _ svg: [UInt8], _ size: PixelSize, by scale: Int, _ workers: ImagingWorkers
        ) async throws -> [UInt8] {
            let output = try Workshop.scratch()
            var transformation = Transformation()
            transformation.format = .fixed(.png)
            transformation.size = .box(
                width: Double(size.width * scale), height: Double(size.height * scale), .inside, .allowed)
            let plan = try transformation.plan(
                for: RenderSubject(size: size, format: .svg, pages: 1, hasAlpha: true))
            _ = try await workers.render(plan, from: Workshop.scratch(svg), format: .svg, to: output)
            return try Workshop.contents(output)
        }
    }
}

import Domain
import Imaging
import SystemIO
import Testing
import Transformations

@testable import Services

@Suite struct PyramidTests {
    private static let size = PixelSize(12_001, 8400)
    private let shape = PyramidShape(of: Self.size)

    private func level(
        _ width: Double?, height: Double? = nil, _ region: Region = .whole, upscale: Size.Enlargement = .never,
        turn: Rotation = .none, format: ImageFormat = .jpeg
    ) throws -> Int? {
        var transformation = Transformation()
        transformation.region = region
        transformation.turn = turn
        transformation.format = .fixed(format)
        if let width { transformation.size = .box(width: width, height: height, .fill, upscale) }
        let subject = RenderSubject(size: Self.size, format: .jpeg, pages: 1, hasAlpha: false)
        return Pyramid.level(for: try transformation.plan(for: subject), in: shape)
    }

    @Test func `each level has half the size of the previous one, down to one tile`() {
        let widths = [12_001, 6000, 3000, 1500, 750, 375, 187]
        #expect(shape.levels.map(\.width) == widths)
        #expect(shape.levels.map(\.height) == [8400, 4200, 2100, 1050, 525, 262, 131])
        #expect(PyramidShape(of: PixelSize(256, 256)).levels.count == 1)
        #expect(PyramidShape(of: PixelSize(1_000_000, 1)).levels.last == PixelSize(244, 1))
    }

    /// Tiles of 512 pixels a side, as viewers request them, including the last ones of their rows.
    @Test(arguments: 0...5)
    func `tiles come from the level with twice as many pixels a side`(exponent: Int) throws {
        let side = 512 << exponent
        for x in stride(from: 0, to: Self.size.width, by: side) {
            let width = min(side, Self.size.width - x)
            let region = Region.pixels(x: Double(x), y: 0, width: Double(width), height: Double(min(side, 8400)))
            let target = Double((width + (1 << exponent) - 1) >> exponent)
            let height = Double((min(side, Self.size.height) + (1 << exponent) - 1) >> exponent)
            // The largest level also serves its own size.
            #expect(try level(target, height: height, region) == max(0, exponent - 1))
        }
    }

    @Test(arguments: [(100.0, 5), (187, 5), (188, 5), (189, 4), (750, 3), (751, 2), (3000, 1), (3001, 0), (6000, 0)])
    func `a whole picture comes from the smallest level that is twice as large`(width: Double, expected: Int) throws {
        #expect(try level(width) == expected)
        #expect(try level(11_900) == nil)
    }

    @Test func `a picture at its own size or larger comes from the original`() throws {
        let region = Region.pixels(x: 100, y: 100, width: 500, height: 500)
        #expect(try level(nil, region) == 0)
        #expect(try level(nil, region, format: .png) == nil)
        #expect(try level(400, region, format: .png) == nil)
        #expect(try level(250, region, format: .png) == 0)
        #expect(try level(501, region, upscale: .allowed) == nil)
    }

    @Test func `rotation does not change the level`() throws {
        let region = Region.pixels(x: 0, y: 0, width: 4000, height: 2000)
        #expect(try level(500, region, turn: Rotation(isMirrored: false, degrees: 90)) == 1)
        #expect(try level(1000, region, turn: .none) == 1)
    }

    @Test(arguments: [
        (4000, 4000, ImageFormat.jpeg, 1, false, true), (4000, 3999, .jpeg, 1, false, false),
        (5000, 5000, .png, 1, true, false), (5000, 5000, .tiff, 2, false, false), (5000, 5000, .svg, 1, false, false),
        (5000, 5000, .heic, 1, false, true), (.max, 2, .png, 1, false, false),
    ])
    func `large, still and opaque images have a pyramid`(
        width: Int, height: Int, format: ImageFormat, frames: Int, hasAlpha: Bool, serves: Bool
    ) throws {
        let content = ImageContent(
            digest: try #require(Digest(bytes: [UInt8](repeating: 0, count: 32))), format: format, width: width,
            height: height, orientation: 6, frames: frames, hasAlpha: hasAlpha, metadata: PhotoMetadata())
        #expect(Pyramid.serves(content) == serves)
        // The cost can be calculated, however large the stated size is.
        #expect(RenderCost(ofPyramidOf: content).bytes > 0)
    }

    @Test func `a part of a pyramid costs no more than its tiles`() throws {
        var transformation = Transformation()
        transformation.region = .pixels(x: 0, y: 0, width: 1024, height: 1024)
        transformation.size = .box(width: 512, height: nil, .inside, .never)
        let subject = RenderSubject(size: Self.size, format: .jpeg, pages: 1, hasAlpha: false)
        let plan = try transformation.plan(for: subject)
        let file = try FileDescriptor(reading: FilePath("/dev/null"))
        let original = RenderCost(of: plan, from: SourceFile(file, .jpeg, Self.size))
        let tiles = RenderCost(of: plan, from: SourceFile(file, .tiff, Self.size, level: 0))
        #expect(original.bytes > 300 << 20 && (32 << 20)...(80 << 20) ~= tiles.bytes)
        #expect(tiles.seconds < original.seconds / 4)
    }
}

import Domain
import Testing
import Transformations

@testable import Services

@Suite struct RenderCostTests {
    private func cost(
        _ size: PixelSize, _ format: ImageFormat, animated: Bool = false, width: Double = 400
    ) throws -> Int64 {
        var transformation = Transformation()
        transformation.size = .box(width: width, height: nil, .inside, .never)
        transformation.isAnimated = animated
        let subject = RenderSubject(
            size: PixelSize(4000, 3000), format: animated ? .gif : .jpeg, pages: animated ? 9 : 1, hasAlpha: false)
        return RenderCost.bytes(of: try transformation.plan(for: subject), from: format, of: size)
    }

    @Test func `larger sources, results and animations cost more`() throws {
        let small = try cost(PixelSize(4000, 3000), .jpeg)
        #expect((96 << 20)...(160 << 20) ~= small)
        #expect(try cost(PixelSize(8000, 6000), .jpeg) > small)
        #expect(try cost(PixelSize(4000, 3000), .jpeg, width: 4000) > small)
        #expect(try cost(PixelSize(4000, 3000), .avif) > small)
        #expect(try cost(PixelSize(4000, 3000), .gif, animated: true) > small)
    }

    @Test func `the coefficients of a progressive picture in full colour are included`() throws {
        let size = PixelSize(10_000, 5000)
        #expect(try cost(size, .jpeg) >= 2 * 3 * Int64(size.area))
    }

    @Test(arguments: [PixelSize(.max, .max), PixelSize(.max, 1), PixelSize(1 << 40, 1 << 40)])
    func `no size overflows the estimate`(size: PixelSize) throws {
        for format in ImageFormat.allCases {
            #expect(try cost(size, format, animated: true) > 1 << 40)
        }
    }

    @Test func `the AVIF encoder needs more memory than others`() throws {
        let content = ImageContent(
            digest: try #require(Digest(bytes: [UInt8](repeating: 0, count: 32))), format: .jpeg, width: 4000,
            height: 3000, orientation: 1, frames: 1, hasAlpha: false, metadata: PhotoMetadata())
        let usual = RenderCost.bytes(ofCompressing: content, to: nil)
        #expect((192 << 20)...(256 << 20) ~= usual)
        #expect(RenderCost.bytes(ofCompressing: content, to: .avif) > usual + 16 * 12_000_000 - 1)
    }
}

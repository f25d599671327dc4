import Testing
import Transformations
import Vips

@testable import Imaging

extension ImagingSuite {
    @Suite struct BlurTests {
        /// Generated pictures in grey: noise, a chessboard, an edge, fine lines and dots.
        enum Picture: CaseIterable {
            case noise, chessboard, edge, lines, dots

            func samples(_ size: PixelSize) -> [UInt8] {
                var state: UInt32 = 1
                return (0..<size.width * size.height).map { index in
                    let (x, y) = (index % size.width, index / size.width)
                    switch self {
                    case .noise:
                        state = state &* 1_664_525 &+ 1_013_904_223
                        return UInt8(state >> 24)
                    case .chessboard: return (x / 37 + y / 37) % 2 == 0 ? 0 : 255
                    case .edge: return 10 * x + 3 * y < 5 * size.width ? 0 : 255
                    case .lines: return x % 23 < 3 ? 255 : 0
                    case .dots:
                        let (dx, dy) = (x % 150 - 75, y % 150 - 75)
                        return dx * dx + dy * dy < 400 ? 255 : 0
                    }
                }
            }
        }

        private func blurred(
            _ picture: Picture, _ size: PixelSize, _ blur: (VipsImage) throws -> VipsImage
        ) throws -> [UInt8] {
            try VipsLibrary.start()
            let image = try VipsImage.of(
                samples: picture.samples(size), width: size.width, height: size.height, bands: 1, interpretation: "b-w")
            let result = try blur(image)
            #expect(PixelSize(result.width, result.height) == size)
            return try result.samples(x: 0, y: 0, width: size.width, height: size.height)
        }

        @Test(arguments: Picture.allCases, [7.9, 8, 15, 20, 40, 80, 100])
        func `a wide blur looks like one at full size`(picture: Picture, sigma: Double) throws {
            for size in [PixelSize(450, 311), PixelSize(640, 16), PixelSize(5, 300)] {
                let fast = try blurred(picture, size) { try Blur(sigma: sigma).applied(to: $0) }
                let direct = try blurred(picture, size) { try Blur.direct($0, sigma) }
                let similarity = StructuralSimilarity(fast, direct, width: size.width, height: size.height)
                #expect(similarity.mean >= 0.98, "\(size.width) × \(size.height)")
                #expect(zip(fast, direct).allSatisfy { abs(Int($0) - Int($1)) <= 12 })
            }
        }

        @Test func `one pixel can be blurred, and no blur changes nothing`() throws {
            let one = try blurred(.chessboard, PixelSize(1, 1)) { try Blur(sigma: 100).applied(to: $0) }
            #expect(one == [0])
            let same = try blurred(.noise, PixelSize(30, 20)) { try Blur(sigma: 0).applied(to: $0) }
            #expect(same == Picture.noise.samples(PixelSize(30, 20)))
        }
    }
}

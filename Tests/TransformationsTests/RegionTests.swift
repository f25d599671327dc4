import Testing
import Transformations

@Suite struct RegionTests {
    private let picture = PixelSize(400, 300)

    private func code(_ region: Region) -> TransformationError.Code? {
        do { _ = try region.rectangle(in: picture) } catch { return error.code }
        return nil
    }

    @Test(arguments: [
        (PixelSize(400, 300), 50, 0, 300), (PixelSize(300, 400), 0, 50, 300), (PixelSize(7, 4), 1, 0, 4),
        (PixelSize(5, 5), 0, 0, 5),
    ])
    func `the square is the largest one, in the middle`(picture: PixelSize, x: Int, y: Int, side: Int) throws {
        #expect(try Region.square.rectangle(in: picture) == PixelRectangle(x: x, y: y, size: PixelSize(side, side)))
    }

    @Test func `accepts percentages of width and height`() throws {
        let region = Region.percent(x: 25, y: 50, width: 10, height: 20)
        #expect(try region.rectangle(in: picture) == PixelRectangle(x: 100, y: 150, size: PixelSize(40, 60)))
    }

    @Test(
        arguments: [
            (.pixels(x: 0, y: 0, width: 0, height: 1), .outside), (.pixels(x: 0, y: 0, width: 1, height: 0), .outside),
            (.pixels(x: 400, y: 0, width: 1, height: 1), .outside),
            (.pixels(x: 0, y: 300, width: 1, height: 1), .outside),
            (.pixels(x: 399, y: 299, width: 1, height: 1), nil),
            (.pixels(x: 0, y: 0, width: 0.2, height: 1), .belowOnePixel),
            (.pixels(x: 0, y: 0, width: 1, height: 0.2), .belowOnePixel),
            (.pixels(x: 0, y: 0, width: 0.5, height: 0.5), nil),
            (.pixels(x: 10, y: 10, width: 0.2, height: 1), .belowOnePixel),
            (.pixels(x: 10, y: 10, width: 1, height: 0.2), .belowOnePixel),
        ] as [(Region, TransformationError.Code?)])
    func `distinguishes regions that are outside from regions that are too small`(
        region: Region, expected: TransformationError.Code?
    ) {
        #expect(code(region) == expected)
    }
}

@Suite struct RotationTests {
    @Test(arguments: [(0.0, 0.0), (360, 0), (450, 90), (-90, 270), (-360, 0), (359.5, 359.5)])
    func `degrees are from 0 to below 360`(degrees: Double, normal: Double) {
        #expect(Rotation(isMirrored: false, degrees: degrees).degrees == normal)
    }

    @Test(
        arguments: [
            (0, PixelSize(200, 100)), (90, PixelSize(100, 200)), (180, PixelSize(200, 100)), (270, PixelSize(100, 200)),
            (45, PixelSize(212, 212)), (30, PixelSize(223, 187)), (-30, PixelSize(223, 187)),
        ] as [(Double, PixelSize)])
    func `calculates the box around a rotated picture`(degrees: Double, box: PixelSize) {
        #expect(Rotation(isMirrored: false, degrees: degrees).box(of: PixelSize(200, 100)) == box)
    }

    @Test func `none neither mirrors nor rotates`() {
        #expect(Rotation.none == Rotation(isMirrored: false, degrees: 0))
    }
}

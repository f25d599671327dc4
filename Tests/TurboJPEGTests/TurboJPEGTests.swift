import Testing
import TurboJPEG

@Suite struct TurboJPEGTests {
    private static let sizes = [(1, 1), (2, 1), (7, 5), (16, 16), (33, 17), (300, 211)]

    @Test(arguments: sizes, PlanarPicture.Chroma.allCases)
    func `a written picture is read back`(size: (Int, Int), chroma: PlanarPicture.Chroma) throws {
        let picture = Self.picture(size.0, size.1, chroma)
        let file = try TurboJPEG.encode(picture, quality: 98)
        let header = try TurboJPEG.header(of: file)
        #expect((header.width, header.height) == size && header.chroma == chroma)
        let again = try TurboJPEG.decode(file)
        #expect(again.planes == picture.planes)
        let worst =
            picture.planes.flatMap { plane in (0..<plane.height).flatMap { plane.row($0) } }
            .map { abs(Int(again.samples[$0]) - Int(picture.samples[$0])) }.max() ?? 0
        #expect(worst <= 8, "off by \(worst)")
    }

    @Test(arguments: [2, 4, 8], PlanarPicture.Chroma.allCases)
    func `is decoded at a reduced size, rounded up`(shrink: Int, chroma: PlanarPicture.Chroma) throws {
        let file = try TurboJPEG.encode(Self.picture(301, 211, chroma), quality: 95)
        let small = try TurboJPEG.decode(file, shrink: shrink)
        #expect((small.width, small.height) == ((300 + shrink) / shrink, (210 + shrink) / shrink))
        let luma = small.planes[0]
        let rows = (0..<luma.height).flatMap { small.samples[luma.row($0)] }
        // From 80 to 105 and, half way across and down, 130: the slope that was written.
        let corners = [rows[0], rows[luma.height / 2 * luma.width + luma.width / 2], rows[rows.count - 1]].map(Int.init)
        #expect(zip(corners, [80, 105, 129]).allSatisfy { abs($0 - $1) <= 4 }, "\(corners)")
    }

    @Test func `an incomplete file is refused`() throws {
        let file = try TurboJPEG.encode(Self.picture(200, 100, .quarter), quality: 80)
        for broken in [[], [0xFF], Array("not a JPEG at all".utf8), Array(file.prefix(100)), Array(file.dropLast(300))]
        {
            #expect(throws: TurboJPEG.Failure.self) { try TurboJPEG.decode(broken) }
        }
        #expect(throws: TurboJPEG.Failure.self) { try TurboJPEG.decode(file, shrink: 3) }
    }

    @Test func `decoding ends, whatever the bytes`() throws {
        let file = try TurboJPEG.encode(Self.picture(64, 48, .quarter), quality: 80)
        for index in 0..<file.count {
            for value in [UInt8(0), 0xFF, file[index] ^ 0x55] {
                var broken = file
                broken[index] = value
                // Some are still valid pictures, with the same pixels or others.
                let picture = try? TurboJPEG.decode(broken)
                #expect(picture.map { $0.samples.count >= $0.width * $0.height } ?? true)
            }
        }
    }

    /// Slopes, which every quality preserves.
    private static func picture(_ width: Int, _ height: Int, _ chroma: PlanarPicture.Chroma) -> PlanarPicture {
        var picture = PlanarPicture(width: width, height: height, chroma: chroma)
        for (number, plane) in picture.planes.enumerated() {
            let rows = (0..<plane.width * plane.height).map { index in
                let (x, y) = (index % plane.width, index / plane.width)
                return UInt8(80 + (x * 70 / width + y * 30 / height) * (number + 1) / 2)
            }
            picture.set(plane, to: rows)
        }
        return picture
    }
}

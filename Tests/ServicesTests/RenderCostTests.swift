import Domain
import Testing
import Transformations

@testable import Services

@Suite struct RenderCostTests {
    private func cost(
        _ size: PixelSize, _ format: ImageFormat, animated: Bool = false, width: Double = 400
    ) throws -> Int64 {
        try RenderCost(of: plan(animated: animated, width: width), from: format, of: size).bytes
    }

    private func plan(
        animated: Bool = false, width: Double = 400, _ change: (inout Transformation) -> Void = { _ in }
    ) throws -> RenderPlan {
        var transformation = Transformation()
        transformation.size = .box(width: width, height: nil, .inside, .never)
        transformation.isAnimated = animated
        change(&transformation)
        let subject = RenderSubject(
            size: PixelSize(4000, 3000), format: animated ? .gif : .jpeg, pages: animated ? 9 : 1, hasAlpha: false)
        return try transformation.plan(for: subject)
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
        let usual = RenderCost(ofCompressing: content, to: nil).bytes
        #expect((192 << 20)...(256 << 20) ~= usual)
        #expect(RenderCost(ofCompressing: content, to: .avif).bytes > usual + 16 * 12_000_000 - 1)
    }

    private func seconds(
        from format: ImageFormat = .jpeg, of size: PixelSize = PixelSize(4000, 3000), frames: Int = 1,
        animated: Bool = false, width: Double = 400, _ change: (inout Transformation) -> Void = { _ in }
    ) throws -> Double {
        RenderCost(of: try plan(animated: animated, width: width, change), from: format, of: size, frames: frames)
            .seconds
    }

    @Test func `time grows with the source, the result, the frames and what is done`() throws {
        let usual = try seconds()
        #expect((0.02...0.3).contains(usual))
        #expect(try seconds(of: PixelSize(8000, 6000)) > usual)
        #expect(try seconds(width: 4000) > usual)
        #expect(try seconds(from: .heic) > usual)
        #expect(
            try seconds(from: .gif, frames: 100, animated: true) > 10 * seconds(from: .gif, frames: 9, animated: true))
        let large = try seconds(width: 4000)
        for change: (inout Transformation) -> Void in [
            { $0.blur = 3 }, { $0.sharpening = 1 }, { $0.tone = .grey }, { $0.background = .white },
            { $0.rotation = Rotation(isMirrored: false, degrees: 30) },
            { $0.turn = Rotation(isMirrored: true, degrees: 0) },
            { $0.size = .box(width: 4500, height: nil, .inside, .allowed) },
        ] {
            #expect(
                try seconds(width: 4000) { transformation in
                    transformation.format = .fixed(.jpeg)
                    change(&transformation)
                } > large)
        }
    }

    @Test func `the width of a blur does not count`() throws {
        let narrow = try seconds(width: 4000) { $0.blur = 10 }
        #expect(try seconds(width: 4000) { $0.blur = 100 } == narrow)
        #expect(narrow > (try seconds(width: 4000)))
    }

    @Test func `formats cost by their encoders, and AVIF by its effort`() throws {
        let costs = try [ImageFormat.jpeg, .webp, .avif].map { format in
            try seconds(from: .tiff, width: 2000) { $0.format = .fixed(format) }
        }
        #expect(costs[0] < costs[1] && costs[1] < costs[2] && costs[2] < 3 * costs[1])
        var transformation = Transformation()
        transformation.format = .fixed(.avif)
        let subject = RenderSubject(size: PixelSize(1000, 1000), format: .jpeg, pages: 1, hasAlpha: false)
        let byEffort = try (0...9).map { effort in
            RenderCost(
                of: try transformation.plans(for: subject, avifEffort: effort).best, from: .jpeg,
                of: PixelSize(1000, 1000)
            ).seconds
        }
        for (less, more) in zip(byEffort, byEffort.dropFirst()) { #expect(less < more) }
    }

    @Test func `compressing is dear, and so is a blur of a large picture; a small JPEG is not`() throws {
        let content = ImageContent(
            digest: try #require(Digest(bytes: [UInt8](repeating: 0, count: 32))), format: .jpeg, width: 4000,
            height: 3000, orientation: 1, frames: 1, hasAlpha: false, metadata: PhotoMetadata())
        let webp = RenderCost(ofCompressing: content, to: nil)
        let avif = RenderCost(ofCompressing: content, to: .avif)
        #expect(webp.isDear && avif.seconds > 5 * webp.seconds)
        #expect(!RenderCost(ofKeptRenditionsOf: content).isDear)
        #expect(try seconds(width: 4000) { $0.blur = 80 } > RenderAdmission.dearSeconds)
        #expect(try seconds(from: .jpeg, of: PixelSize(1024, 768)) < 0.02)
        #expect(try seconds(from: .svg, of: PixelSize(10, 10)) > RenderAdmission.dearSeconds, "it may take any time")
    }
}

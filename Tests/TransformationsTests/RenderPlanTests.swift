import Domain
import Testing
import Transformations

@Suite struct RenderPlanTests {
    private let photo = RenderSubject(size: PixelSize(4000, 3000), format: .jpeg, pages: 1, hasAlpha: false)

    private func plan(_ size: Size, region: Region = .whole, of subject: RenderSubject? = nil) throws -> RenderPlan {
        var transformation = Transformation()
        (transformation.size, transformation.region) = (size, region)
        return try transformation.plan(for: subject ?? photo)
    }

    @Test(arguments: [
        (Size.natural, 4000, 3000),
        (.box(width: 500, height: nil, .inside, .never), 500, 375),
        (.box(width: nil, height: 300, .inside, .never), 400, 300),
        (.box(width: 300, height: 300, .inside, .never), 300, 225),
        (.box(width: 300, height: 300, .contain(.center), .never), 300, 300),
        (.box(width: 300, height: 300, .cover(.center), .never), 300, 300),
        (.box(width: 300, height: 100, .fill, .never), 300, 100),
        (.box(width: 8000, height: nil, .inside, .never), 4000, 3000),
        (.box(width: 8000, height: 8000, .cover(.center), .never), 3000, 3000),
        (.box(width: 8000, height: 8000, .contain(.center), .never), 4000, 4000),
        (.box(width: 8000, height: 8000, .fill, .never), 3000, 3000),
        (.box(width: 5000, height: nil, .inside, .allowed), 5000, 3750),
        (.percent(50, .refused), 2000, 1500),
        (.largest, 5773, 4330),
    ])
    func `works out the result's size`(size: Size, width: Int, height: Int) throws {
        #expect(try plan(size).result == PixelSize(width, height))
    }

    @Test func `gives equal results equal plans`() throws {
        let byWidth = try plan(.box(width: 400, height: nil, .inside, .never))
        let byHeight = try plan(.box(width: nil, height: 300, .inside, .never))
        let byBox = try plan(.box(width: 400, height: 900, .inside, .never))
        #expect(byWidth == byHeight && byHeight == byBox)
        #expect(byWidth.canonicalText == byBox.canonicalText)
        #expect(try plan(.natural).canonicalText != byWidth.canonicalText)
    }

    @Test func `cuts a region at the picture's edge`() throws {
        let edge = try plan(.natural, region: .pixels(x: 3900, y: 2900, width: 500, height: 500))
        #expect(edge.region == PixelRectangle(x: 3900, y: 2900, size: PixelSize(100, 100)))
        let share = try plan(.natural, region: .percent(x: 50, y: 50, width: 100, height: 10))
        #expect(share.region == PixelRectangle(x: 2000, y: 1500, size: PixelSize(2000, 300)))
    }

    @Test func `begins within the picture's last pixel`() throws {
        let last = try plan(.natural, region: .percent(x: 99.99, y: 99.99, width: 10, height: 10))
        #expect(last.region == PixelRectangle(x: 3999, y: 2999, size: PixelSize(1, 1)))
    }

    @Test func `refuses what cannot be`() throws {
        let thin = RenderSubject(size: PixelSize(10_000, 10), format: .png, pages: 1, hasAlpha: false)
        func code(_ body: () throws -> RenderPlan) -> TransformationError.Code? {
            do { _ = try body() } catch { return (error as? TransformationError)?.code }
            return nil
        }
        #expect(code { try plan(.natural, region: .pixels(x: 4000, y: 0, width: 1, height: 1)) } == .outside)
        #expect(code { try plan(.natural, region: .pixels(x: 0, y: 0, width: 0.2, height: 1)) } == .belowOnePixel)
        #expect(code { try plan(.box(width: 10, height: nil, .inside, .never), of: thin) } == .belowOnePixel)
        #expect(code { try plan(.box(width: 8000, height: nil, .inside, .refused)) } == .enlarged)
        #expect(code { try plan(.box(width: 8_000, height: 8_000, .fill, .allowed)) } == .tooLarge)
        var page = Transformation()
        page.page = 2
        #expect(code { try page.plan(for: photo) } == .noSuchPage)
    }

    @Test(
        arguments: [
            PixelSize(3, 5), PixelSize(1, 1), PixelSize(5000, 3100), PixelSize(9000, 20), PixelSize(20_000, 20_000),
        ],
        [Size.natural, .largest])
    func `makes the largest that can be turned`(picture: PixelSize, size: Size) throws {
        let subject = RenderSubject(size: picture, format: .jpeg, pages: 1, hasAlpha: false)
        for degrees in Array(stride(from: 0.0, to: 180, by: 0.7)) + [0.0001, 0.001, 0.01, 89.9999] {
            var turned = Transformation()
            turned.rotation = Rotation(isMirrored: false, degrees: degrees)
            turned.size = size
            let plan = try turned.plan(for: subject)
            let (result, scaled) = (plan.result, plan.scaled)
            let limits = RenderLimits(for: picture)
            #expect(result.width <= limits.side && result.height <= limits.side && result.area <= limits.area)
            if size == .natural, scaled == picture { continue }
            let isFull = Double(result.area) > 0.98 * Double(limits.area)
            let longest = max(result.width, result.height, scaled.width, scaled.height)
            #expect(isFull || Double(longest) > 0.99 * Double(limits.side))
        }
    }

    @Test func `sizes the result of a turn`() throws {
        var quarter = Transformation()
        quarter.turn = Rotation(isMirrored: false, degrees: 90)
        quarter.size = .box(width: 300, height: nil, .inside, .never)
        #expect(try quarter.plan(for: photo).result == PixelSize(300, 400))
        var iiif = Transformation()
        iiif.rotation = Rotation(isMirrored: false, degrees: 90)
        iiif.size = .box(width: 400, height: nil, .inside, .never)
        #expect(try iiif.plan(for: photo).result == PixelSize(300, 400))
    }

    @Test(arguments: [
        (AcceptedFormats([.avif, .webp]), false, ImageFormat.avif), (AcceptedFormats.webp, false, .webp),
        (AcceptedFormats(), false, .jpeg), (AcceptedFormats(), true, .png), (AcceptedFormats.webp, true, .webp),
    ])
    func `chooses a format that the client understands`(
        accepted: AcceptedFormats, hasAlpha: Bool, format: ImageFormat
    ) throws {
        var transformation = Transformation()
        transformation.size = .box(width: 300, height: nil, .inside, .never)
        transformation.format = .automatic(accepted)
        let subject = RenderSubject(size: PixelSize(4000, 3000), format: .png, pages: 1, hasAlpha: hasAlpha)
        #expect(try transformation.plan(for: subject).format == format)
    }

    @Test func `keeps an animation only as a format that moves`() throws {
        let subject = RenderSubject(size: PixelSize(100, 100), format: .gif, pages: 5, hasAlpha: true)
        var transformation = Transformation()
        transformation.isAnimated = true
        #expect(try transformation.plan(for: subject).format == .gif)
        transformation.format = .fixed(.jpeg)
        #expect(throws: TransformationError.self) { try transformation.plan(for: subject) }
    }
}

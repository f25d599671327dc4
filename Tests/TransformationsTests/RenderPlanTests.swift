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
        (.percent(100, .refused), 4000, 3000),
        (.box(width: 16_383, height: 10, .fill, .allowed), 16_383, 10),
        (.box(width: 10, height: 16_383, .fill, .allowed), 10, 16_383),
        (.largest, 5773, 4330),
    ])
    func `calculates the result's size`(size: Size, width: Int, height: Int) throws {
        #expect(try plan(size).result == PixelSize(width, height))
    }

    @Test(
        arguments: [
            (.contain(.west), PixelSize(300, 225), nil, PixelSize(300, 300)),
            (.cover(.north), PixelSize(400, 300), PixelSize(300, 300), nil),
            (.fill, PixelSize(300, 300), nil, nil), (.inside, PixelSize(300, 225), nil, nil),
        ] as [(Size.Fit, PixelSize, PixelSize?, PixelSize?)])
    func `scales first, and then crops or extends`(
        fit: Size.Fit, scaled: PixelSize, cut: PixelSize?, canvas: PixelSize?
    ) throws {
        let plan = try plan(.box(width: 300, height: 300, fit, .never))
        #expect(plan.scaled == scaled && plan.cut?.size == cut && plan.canvas?.size == canvas)
        #expect((plan.cut?.gravity ?? .north) == .north && (plan.canvas?.gravity ?? .west) == .west)
    }

    @Test(arguments: [
        (PixelSize(4000, 3000), PixelSize(400, 300)), (PixelSize(3000, 4000), PixelSize(300, 400)),
    ])
    func `crops a square from a landscape and a portrait picture`(picture: PixelSize, scaled: PixelSize) throws {
        let subject = RenderSubject(size: picture, format: .jpeg, pages: 1, hasAlpha: false)
        let plan = try plan(.box(width: 300, height: 300, .cover(.center), .never), of: subject)
        #expect(plan.scaled == scaled && plan.cut?.size == PixelSize(300, 300) && plan.result == PixelSize(300, 300))
    }

    @Test func `crops nothing if the shape is that of the picture`() throws {
        let plan = try plan(.box(width: 400, height: 300, .cover(.center), .never))
        #expect(plan.cut == nil && plan.scaled == PixelSize(400, 300))
    }

    @Test(arguments: [PixelSize(1, 100), PixelSize(100, 1)])
    func `half a pixel is rounded up to one`(picture: PixelSize) throws {
        let subject = RenderSubject(size: picture, format: .png, pages: 1, hasAlpha: false)
        let half = try plan(.percent(50, .allowed), of: subject)
        #expect(half.result == PixelSize(max(1, picture.width / 2), max(1, picture.height / 2)))
        let error = try #require(throws: TransformationError.self) { try plan(.percent(49, .allowed), of: subject) }
        #expect(error.code == .belowOnePixel)
    }

    @Test func `calculates how much smaller the result is than the page`() throws {
        #expect(try plan(.box(width: 400, height: nil, .inside, .never)).scale == 0.1)
        #expect(try plan(.box(width: 400, height: 150, .fill, .never)).scale == 0.1)
        #expect(try plan(.box(width: 200, height: 300, .fill, .never)).scale == 0.1)
        var turned = Transformation()
        turned.turn = Rotation(isMirrored: false, degrees: 90)
        turned.size = .box(width: 300, height: nil, .inside, .never)
        #expect(try turned.plan(for: photo).scale == 0.1)
    }

    @Test func `different results have different texts`() throws {
        let subject = RenderSubject(size: PixelSize(400, 300), format: .gif, pages: 3, hasAlpha: true)
        let changes: [(inout Transformation) -> Void] = [
            { _ in }, { $0.page = 2 }, { $0.region = .pixels(x: 1, y: 0, width: 9, height: 9) },
            { $0.region = .pixels(x: 0, y: 1, width: 9, height: 9) },
            { $0.region = .pixels(x: 0, y: 0, width: 9, height: 9) },
            { $0.region = .pixels(x: 0, y: 0, width: 9, height: 8) },
            { $0.turn = Rotation(isMirrored: true, degrees: 0) },
            { $0.turn = Rotation(isMirrored: false, degrees: 180) },
            { $0.rotation = Rotation(isMirrored: true, degrees: 0) },
            { $0.rotation = Rotation(isMirrored: false, degrees: 180) },
            { $0.size = .box(width: 100, height: 100, .fill, .never) },
            { $0.size = .box(width: 100, height: 100, .contain(.center), .never) },
            { $0.size = .box(width: 100, height: 100, .contain(.north), .never) },
            { $0.size = .box(width: 100, height: 90, .contain(.north), .never) },
            { $0.size = .box(width: 100, height: 100, .cover(.center), .never) },
            { $0.size = .box(width: 100, height: 100, .cover(.attention), .never) },
            { $0.background = .white }, { $0.background = .black }, { $0.background = .transparent },
            { $0.blur = 1 }, { $0.sharpening = 1 }, { $0.tone = .grey }, { $0.tone = .bitonal },
            { $0.format = .fixed(.jpeg) }, { $0.format = .fixed(.webp) },
            { ($0.format, $0.quality) = (.fixed(.webp), 7) }, { $0.isAnimated = true }, { $0.keepsMetadata = true },
            { $0.isFromOriginal = true },
        ]
        let plans = try changes.map { change in
            var transformation = Transformation()
            transformation.format = .fixed(.gif)
            change(&transformation)
            return try transformation.plan(for: subject)
        }
        #expect(Set(plans).count == changes.count)
        #expect(Set(plans.map(\.canonicalText)).count == changes.count)
    }

    @Test func `gives equal results equal plans`() throws {
        let byWidth = try plan(.box(width: 400, height: nil, .inside, .never))
        let byHeight = try plan(.box(width: nil, height: 300, .inside, .never))
        let byBox = try plan(.box(width: 400, height: 900, .inside, .never))
        #expect(byWidth == byHeight && byHeight == byBox)
        #expect(byWidth.canonicalText == byBox.canonicalText)
        #expect(try plan(.natural).canonicalText != byWidth.canonicalText)
    }

    @Test func `clips a region at the picture's edge`() throws {
        let edge = try plan(.natural, region: .pixels(x: 3900, y: 2900, width: 500, height: 500))
        #expect(edge.region == PixelRectangle(x: 3900, y: 2900, size: PixelSize(100, 100)))
        let share = try plan(.natural, region: .percent(x: 50, y: 50, width: 100, height: 10))
        #expect(share.region == PixelRectangle(x: 2000, y: 1500, size: PixelSize(2000, 300)))
    }

    @Test func `a region may begin within the picture's last pixel`() throws {
        let last = try plan(.natural, region: .percent(x: 99.99, y: 99.99, width: 10, height: 10))
        #expect(last.region == PixelRectangle(x: 3999, y: 2999, size: PixelSize(1, 1)))
    }

    @Test func `refuses invalid requests`() throws {
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
    }

    @Test func `refuses results beyond the limits`() throws {
        func code(_ size: Size, of picture: PixelSize = PixelSize(4000, 3000), degrees: Double = 0)
            -> TransformationError.Code?
        {
            var transformation = Transformation()
            (transformation.size, transformation.rotation.degrees) = (size, degrees)
            let subject = RenderSubject(size: picture, format: .png, pages: 1, hasAlpha: false)
            do { _ = try transformation.plan(for: subject) } catch { return error.code }
            return nil
        }
        let thin = PixelSize(4000, 10)
        for (width, height) in [(16_384.0, 10.0), (10, 16_384), (1e6, 1), (1, 1e6), (1e30, 1), (1, 1e30)] {
            #expect(code(.box(width: width, height: height, .fill, .allowed)) == .tooLarge)
        }
        #expect(code(.percent(1e30, .allowed)) == .tooLarge)
        // The canvas is too large, but not the picture on it.
        #expect(code(.box(width: 8000, height: 8000, .contain(.center), .allowed), of: thin) == .tooLarge)
        #expect(code(.box(width: 5000, height: 5000, .contain(.center), .allowed), of: thin) == nil)
        // The picture is too large, but not the part that is cropped from it.
        #expect(code(.box(width: 100, height: 40, .cover(.center), .allowed), of: thin) == nil)
        // Only the rotated result is too large.
        #expect(code(.box(width: 4990, height: 4990, .fill, .allowed)) == nil)
        #expect(code(.box(width: 4990, height: 4990, .fill, .allowed), degrees: 45) == .tooLarge)
    }

    @Test(arguments: [(1, 1, nil), (2, 1, 1), (3, 3, nil), (4, 3, 3), (1, 0, nil), (2, 0, 1)] as [(Int, Int, Int?)])
    func `refuses pages that do not exist, and states how many there are`(page: Int, pages: Int, told: Int?) throws {
        let subject = RenderSubject(size: PixelSize(10, 10), format: .tiff, pages: pages, hasAlpha: false)
        var transformation = Transformation()
        transformation.page = page
        do {
            let plan = try transformation.plan(for: subject)
            #expect(told == nil && plan.pageIndex == page - 1)
        } catch {
            let told = try #require(told)
            #expect(error.code == .noSuchPage && error.message.contains("has \(told) pages"))
        }
    }

    @Test(arguments: [ImageFormat.png, .avif, .jxl])
    func `an animation whose frames cannot be read has a still of the first, and nothing else`(
        format: ImageFormat
    ) throws {
        let moving = RenderSubject(size: PixelSize(10, 10), format: format, pages: 4, hasAlpha: false)
        let still = RenderSubject(size: PixelSize(10, 10), format: format, pages: 1, hasAlpha: false)
        var transformation = Transformation()
        #expect(try transformation.plan(for: moving).isAnimated == false)
        transformation.page = 2
        #expect(throws: TransformationError.self) { try transformation.plan(for: moving) }
        (transformation.page, transformation.isAnimated) = (1, true)
        transformation.format = .fixed(.webp)
        let error = try #require(throws: TransformationError.self) { try transformation.plan(for: moving) }
        #expect(error.code == .hiddenFrames && error.message.contains("4 frames"))
        #expect(try transformation.plan(for: still).isAnimated == false)
    }

    @Test func `the format chosen for a graphic loses no colours`() throws {
        let graphic = RenderSubject(
            size: PixelSize(10, 10), format: .png, pages: 1, hasAlpha: false, isGraphic: true)
        let photograph = RenderSubject(size: PixelSize(10, 10), format: .png, pages: 1, hasAlpha: false)
        let browser = AcceptedFormats { $0 == .gif ? 0 : 1 }
        var transformation = Transformation()
        transformation.format = .automatic(browser)
        let plans = try transformation.plans(for: graphic)
        #expect(([plans.best] + plans.others).map(\.format) == [.webp, .png])
        #expect(plans.best.encoding.isLossless && plans.best.quality == 0)
        #expect(plans.best.canonicalText.contains("lossless"))
        let usual = try transformation.plan(for: photograph)
        #expect(usual.format == .avif && !usual.encoding.isLossless && !usual.canonicalText.contains("lossless"))
        transformation.format = .automatic(.usual)
        #expect(try transformation.plan(for: graphic).format == .png)
        transformation.format = .automatic(AcceptedFormats { $0 == .jpeg ? 1 : 0 })
        #expect(try transformation.plan(for: graphic).format == .jpeg)
        // Who asks for a format or a quality gets it.
        transformation.format = .fixed(.webp)
        #expect(try transformation.plan(for: graphic).encoding.isLossless == false)
        (transformation.format, transformation.quality) = (.automatic(browser), 50)
        #expect(try transformation.plan(for: graphic).format == .avif)
    }

    @Test func `a drawing may be enlarged, but not a photo`() throws {
        let size = Size.box(width: 500, height: 500, .contain(.west), .never)
        let drawing = RenderSubject(size: PixelSize(100, 100), format: .svg, pages: 1, hasAlpha: true)
        let picture = RenderSubject(size: PixelSize(100, 100), format: .png, pages: 1, hasAlpha: true)
        #expect(try plan(size, of: drawing).scaled == PixelSize(500, 500))
        #expect(try plan(size, of: picture).scaled == PixelSize(100, 100))
        #expect(try plan(.natural, of: drawing).scaled == PixelSize(100, 100))
    }

    @Test(
        arguments: [
            PixelSize(3, 5), PixelSize(1, 1), PixelSize(5000, 3100), PixelSize(9000, 20), PixelSize(20_000, 20_000),
            PixelSize(20_000, 1), PixelSize(16_383, 300),
        ],
        [Size.natural, .largest])
    func `makes the largest size that can be rotated`(picture: PixelSize, size: Size) throws {
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

    @Test func `calculates the size of a rotated result`() throws {
        var quarter = Transformation()
        quarter.turn = Rotation(isMirrored: false, degrees: 90)
        quarter.size = .box(width: 300, height: nil, .inside, .never)
        #expect(try quarter.plan(for: photo).result == PixelSize(300, 400))
        var iiif = Transformation()
        iiif.rotation = Rotation(isMirrored: false, degrees: 90)
        iiif.size = .box(width: 400, height: nil, .inside, .never)
        #expect(try iiif.plan(for: photo).result == PixelSize(300, 400))
    }

    @Test(
        arguments: [
            ([.avif, .webp, .jpeg, .png, .gif], false, [ImageFormat.avif, .webp, .jpeg]), ([.webp], false, [.webp]),
            ([.jpeg, .png, .gif], false, [.jpeg]), ([.jpeg, .png, .gif], true, [.png]),
            ([.jpeg, .webp, .png], false, [.jpeg, .webp]), ([.png, .jpeg], false, [.jpeg]),
            ([.png, .gif], false, [.png]),
            ([.avif, .webp, .jpeg, .png, .gif], true, [.avif, .webp, .png]), ([], false, [.jpeg]),
            ([.jpeg], true, [.png]),
        ] as [([ImageFormat], Bool, [ImageFormat])])
    func `chooses formats that the client accepts, in its order`(
        accepted: [ImageFormat], hasAlpha: Bool, formats: [ImageFormat]
    ) throws {
        var transformation = Transformation()
        transformation.size = .box(width: 300, height: nil, .inside, .never)
        transformation.format = .automatic(AcceptedFormats.accepting(accepted))
        let subject = RenderSubject(size: PixelSize(4000, 3000), format: .png, pages: 1, hasAlpha: hasAlpha)
        let plans = try transformation.plans(for: subject)
        #expect([plans.best.format] + plans.others.map(\.format) == formats)
    }

    @Test func `the effort of AVIF makes other files of the same picture, and no others`() throws {
        for (format, isOther) in [(ImageFormat.avif, true), (.webp, false), (.jpeg, false)] {
            var transformation = Transformation()
            transformation.format = .fixed(format)
            let texts = try [1, 5].map { try transformation.plans(for: photo, avifEffort: $0).best.canonicalText }
            #expect((texts[0] != texts[1]) == isOther)
        }
    }

    @Test(arguments: [(PixelSize(2000, 1000), ImageFormat.avif), (PixelSize(2000, 1001), .webp)])
    func `automatic AVIF has at most two million pixels`(picture: PixelSize, format: ImageFormat) throws {
        var transformation = Transformation()
        transformation.format = .automatic(AcceptedFormats.accepting([.avif, .webp]))
        let subject = RenderSubject(size: picture, format: .png, pages: 1, hasAlpha: false)
        #expect(try transformation.plan(for: subject).format == format)
    }

    @Test(
        arguments: [
            (0, nil, .jpeg), (45, nil, .png), (45, .white, .jpeg), (90, nil, .jpeg),
        ] as [(Double, Background?, ImageFormat)])
    func `a picture rotated by 45 degrees is on transparency, or on a colour`(
        degrees: Double, background: Background?, format: ImageFormat
    ) throws {
        var transformation = Transformation()
        transformation.rotation.degrees = degrees
        transformation.background = background
        #expect(try transformation.plan(for: photo).format == format)
    }

    @Test(
        arguments: [
            (.automatic(.accepting([])), .gif), (.automatic(.accepting([.webp])), .webp),
            (.automatic(.accepting([.avif])), .gif), (.fixed(.gif), .gif),
            (.fixed(.webp), .webp), (.fixed(.jpeg), nil), (.fixed(.png), nil),
        ] as [(FormatChoice, ImageFormat?)])
    func `keeps an animation only in a format that supports it`(choice: FormatChoice, format: ImageFormat?) throws {
        let subject = RenderSubject(size: PixelSize(100, 100), format: .gif, pages: 5, hasAlpha: true)
        var transformation = Transformation()
        (transformation.isAnimated, transformation.format) = (true, choice)
        do {
            let plan = try transformation.plan(for: subject)
            #expect(plan.format == format && plan.isAnimated && plan.pageIndex == 0)
        } catch { #expect(format == nil && error.code == .malformed) }
    }

    @Test(
        arguments: [
            (true, 2, .gif, true), (true, 2, .webp, true), (false, 2, .gif, false), (true, 1, .gif, false),
            (true, 2, .tiff, false), (false, 1, .png, false),
        ] as [(Bool, Int, ImageFormat, Bool)])
    func `is animated if that is requested and the source has frames`(
        isAnimated: Bool, pages: Int, format: ImageFormat, moves: Bool
    ) throws {
        let subject = RenderSubject(size: PixelSize(100, 100), format: format, pages: pages, hasAlpha: false)
        var transformation = Transformation()
        transformation.isAnimated = isAnimated
        #expect(try transformation.plan(for: subject).isAnimated == moves)
    }

    @Test(arguments: [
        (PixelSize(79, 20_000), Size.Enlargement.never, 79, 79), (PixelSize(79, 20_000), .allowed, 100, 100),
        (PixelSize(1, 60_000), .allowed, 100, 100), (PixelSize(60_000, 1), .allowed, 100, 100),
    ])
    func `covers a box with part of a picture that would be too large as a whole`(
        picture: PixelSize, enlargement: Size.Enlargement, width: Int, height: Int
    ) throws {
        let subject = RenderSubject(size: picture, format: .png, pages: 1, hasAlpha: false)
        let made = try plan(.box(width: 100, height: 100, .cover(.center), enlargement), of: subject)
        #expect(made.result == PixelSize(width, height))
    }

    @Test func `takes only the visible part of a region if the rest would be too large`() throws {
        let subject = RenderSubject(size: PixelSize(10, 60_000), format: .png, pages: 1, hasAlpha: false)
        for (gravity, top) in [(Gravity.north, 0), (.center, 29_995), (.south, 59_990)] {
            let made = try plan(.box(width: 1000, height: 1000, .cover(gravity), .allowed), of: subject)
            #expect(made.region == PixelRectangle(x: 0, y: top, size: PixelSize(10, 10)))
            #expect(made.scaled == PixelSize(1000, 1000) && made.cut == nil)
        }
        var turned = Transformation()
        turned.size = .box(width: 1000, height: 1000, .cover(.center), .allowed)
        turned.turn = Rotation(isMirrored: false, degrees: 90)
        #expect(throws: TransformationError.self) { try turned.plan(for: subject) }
    }

    @Test(arguments: [
        (ImageFormat.jpeg, 20_000, true), (.webp, 20_000, false), (.webp, 16_383, true), (.avif, 20_000, false),
        (.jpeg, 65_501, false), (.png, 65_501, true), (.tiff, 200_000, true),
    ])
    func `keeps the size of a picture, or refuses a format that cannot hold it`(
        format: ImageFormat, height: Int, isHeld: Bool
    ) throws {
        let subject = RenderSubject(size: PixelSize(79, height), format: .gif, pages: 1, hasAlpha: false)
        var transformation = Transformation()
        (transformation.size, transformation.format) = (.whole, .fixed(format))
        if isHeld {
            #expect(try transformation.plan(for: subject).result == subject.size)
        } else {
            #expect(throws: TransformationError.self) { try transformation.plan(for: subject) }
        }
    }

    @Test func `refuses a whole picture beyond the pixels that are made at once`() throws {
        let subject = RenderSubject(size: PixelSize(12_000, 12_000), format: .png, pages: 1, hasAlpha: false)
        var transformation = Transformation()
        (transformation.size, transformation.format) = (.whole, .fixed(.jpeg))
        #expect(throws: TransformationError.self) { try transformation.plan(for: subject) }
    }
}

extension AcceptedFormats {
    /// As if the client had given the formats weights in this order.
    fileprivate static func accepting(_ formats: [ImageFormat]) -> AcceptedFormats {
        AcceptedFormats { format in
            formats.firstIndex(of: format).map { 1 - Double($0) / 10 } ?? 0
        }
    }
}

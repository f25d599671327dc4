public import Domain

/// The properties of an image that determine the plan of a transformation.
public struct RenderSubject: Hashable, Sendable {
    /// The upright size of the page.
    public let size: PixelSize
    public let format: ImageFormat
    /// Frames or pages.
    public let pages: Int
    /// Whether pixels may be transparent.
    public let hasAlpha: Bool
    /// Whether it is known to be no photograph but an icon, a chart, a screenshot or the like.
    public let isGraphic: Bool

    public init(size: PixelSize, format: ImageFormat, pages: Int, hasAlpha: Bool, isGraphic: Bool = false) {
        (self.size, self.format, self.pages, self.hasAlpha) = (size, format, pages, hasAlpha)
        self.isGraphic = isGraphic
    }
}

extension Transformation {
    /// The most pixels of a result in a format if the client leaves the choice: the encoder of AVIF is slow.
    private static func maximumArea(of format: ImageFormat) -> Int64 { format == .avif ? 2_000_000 : .max }

    /// The plan of the transformation for an image, in the best format.
    ///
    /// - Throws: as `plans`.
    public func plan(for subject: RenderSubject) throws(TransformationError) -> RenderPlan {
        try plans(for: subject).best
    }

    /// The plan of the transformation for an image; and if the format is chosen automatically, the plans for the other
    /// formats that the client accepts, better ones first.
    ///
    /// - Parameter avifEffort: how hard the encoder of AVIF tries, 0 (fast) to 9 (small files).
    /// - Throws: `outside`, `belowOnePixel`, `tooLarge`, `enlarged`, `noSuchPage`, `hiddenFrames`.
    public func plans(
        for subject: RenderSubject, avifEffort: Int = RenderPlan.usualAVIFEffort
    ) throws(TransformationError) -> (best: RenderPlan, others: [RenderPlan]) {
        try requireShownFrames(of: subject)
        let limits = try limits(for: subject)
        guard page <= max(1, subject.pages) else {
            throw TransformationError(
                .noSuchPage, parameter: "page", "The image has \(max(1, subject.pages)) pages, and no page \(page).")
        }
        let size = enlargeable(subject)
        let region = visible(try region.rectangle(in: subject.size), at: size, within: limits)
        let scaling = try ResolvedSize(turn.box(of: region.size), to: size, rotation: rotation, limits: limits)
        let scaled = try scaling.pixels(limits: limits)
        let (cut, canvas) = (scaling.cut?.within(scaled), scaling.canvas)
        let laid = canvas?.size ?? cut?.size ?? scaled
        let result = rotation.box(of: laid)
        try limits.check(laid)
        try limits.check(result)
        let isMoving = isAnimated && subject.pages > 1 && subject.format.isAnimatable
        let formats = try formats(for: subject, result, isMoving: isMoving)
        let best = RenderPlan(
            page: subject.size, pageIndex: isMoving ? 0 : page - 1, isAnimated: isMoving, region: region, turn: turn,
            scaled: scaled, cut: cut?.size == scaled ? nil : cut, canvas: canvas, rotation: rotation,
            background: background, blur: blur, sharpening: sharpening, tone: tone,
            encoding: encoding(formats.best, of: subject, avifEffort), keepsMetadata: keepsMetadata,
            isFromOriginal: isFromOriginal, result: result)
        return (best, formats.others.map { best.encoded(as: encoding($0, of: subject, avifEffort)) })
    }

    private func limits(for subject: RenderSubject) throws(TransformationError) -> RenderLimits {
        guard size == .whole, case .fixed(let format) = format else { return RenderLimits(for: subject.size) }
        return try RenderLimits.whole(subject.size, in: format)
    }

    /// The part of a region that is left of it after it has covered a box, if the whole would be too large to be made.
    private func visible(_ region: PixelRectangle, at size: Size, within limits: RenderLimits) -> PixelRectangle {
        guard case .box(let width?, let height?, .cover(let gravity), let enlargement) = size, turn == .none,
            gravity != .attention
        else { return region }
        let (regionWidth, regionHeight) = (Double(region.size.width), Double(region.size.height))
        let factor = max(width / regionWidth, height / regionHeight)
        let made = enlargement == .never ? min(1, factor) : factor
        guard regionWidth * made * regionHeight * made > Double(limits.area) else { return region }
        let part = PixelSize(
            min(region.size.width, max(1, Int((width / factor).rounded()))),
            min(region.size.height, max(1, Int((height / factor).rounded()))))
        let halves = gravity.halves
        return PixelRectangle(
            x: region.x + (region.size.width - part.width) * halves.x / 2,
            y: region.y + (region.size.height - part.height) * halves.y / 2, size: part)
    }

    /// An animation of which only the first frame can be read is never made a still without a word, and has no other
    /// frame to show.
    private func requireShownFrames(of subject: RenderSubject) throws(TransformationError) {
        guard subject.format.hidesFrames, subject.pages > 1, isAnimated || page > 1 else { return }
        throw TransformationError(
            .hiddenFrames,
            "The image is an animation of \(subject.pages) frames, of which only the first can be read from \(subject.format.rawValue): ask for a still, or for the original."
        )
    }

    private func encoding(
        _ format: ImageFormat, of subject: RenderSubject, _ avifEffort: Int
    ) -> RenderPlan.Encoding {
        let isLossless = format == .webp && isLosslessChoice(for: subject)
        return RenderPlan.Encoding(
            format: format, quality: isLossless ? 0 : format.usualQuality.map { quality ?? $0 } ?? 0,
            effort: format == .avif ? avifEffort : 0, isLossless: isLossless)
    }

    /// Whether the format is chosen for a still graphic, which lossy encodings smear (docs/decisions/0048). Who asks for
    /// a quality wants a lossy one.
    private func isLosslessChoice(for subject: RenderSubject) -> Bool {
        guard case .automatic = format, quality == nil else { return false }
        return subject.isGraphic && !(isAnimated && subject.pages > 1)
    }

    /// A drawing has no pixels of its own, so it can be enlarged without loss.
    private func enlargeable(_ subject: RenderSubject) -> Size {
        guard subject.format.isDrawing, case .box(let width, let height, let fit, .never) = size else { return size }
        return .box(width: width, height: height, fit, .allowed)
    }

    private func formats(
        for subject: RenderSubject, _ result: PixelSize, isMoving: Bool
    ) throws(TransformationError) -> (best: ImageFormat, others: [ImageFormat]) {
        switch format {
        case .fixed(let format):
            guard !isMoving || format.isAnimatable else {
                throw TransformationError(
                    .malformed,
                    "An animation is available as gif or webp: leave out 'animated', or ask for one of these."
                )
            }
            return (format, [])
        case .automatic(let accepted):
            let isSeeThrough = background == nil && (subject.hasAlpha || rotation.quarterTurns == nil)
            let allowed = AcceptedFormats(formats: accepted.formats.filter { result.area <= Self.maximumArea(of: $0) })
            return allowed.formats(
                isMoving: isMoving, isSeeThrough: isSeeThrough, isLossless: isLosslessChoice(for: subject))
        }
    }
}

extension RenderPlan.Placement {
    /// Rounding may make the box a pixel larger than the picture that covers it.
    fileprivate func within(_ size: PixelSize) -> RenderPlan.Placement {
        RenderPlan.Placement(
            size: PixelSize(min(self.size.width, size.width), min(self.size.height, size.height)), gravity: gravity)
    }
}

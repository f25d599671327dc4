internal import Domain
internal import Imaging
internal import RenditionStorage
internal import Transformations

extension RenderPlan {
    /// Whether something of the page is left out.
    var isPart: Bool { region.size != page }
}

/// A large image in its own size, and halved again and again, in tiles: for viewers that zoom into it.
///
/// It lies in the cache among the renditions. Without one, the original serves, which has to be decoded from its first
/// row to the last that is needed. See `docs/decisions/0031`.
enum Pyramid {
    /// Pixels from which on a pyramid pays: a part of a smaller image is cut from its original in less than a twentieth
    /// of a second.
    static let minimumPixels: Int64 = 16_000_000

    /// Whether an image is large enough, has one frame and is opaque, as what is in a pyramid has to be.
    static func serves(_ content: ImageContent) -> Bool {
        let (pixels, isTooMuch) = Int64(content.width).multipliedReportingOverflow(by: Int64(content.height))
        return !isTooMuch && pixels >= minimumPixels && content.frames <= 1 && !content.hasAlpha
            && !content.format.isDrawing
    }

    static func key(of content: ImageContent) throws -> RenditionKey {
        try RenditionKey(digest: content.digest, recipe: PyramidShape.recipe(from: content.format), format: .tiff)
    }

    /// The smallest level that a plan can be carried out on, and its size; nil if the image has no pyramid, or only the
    /// original will do.
    static func level(for plan: RenderPlan, of content: ImageContent) -> (level: Int, size: PixelSize)? {
        guard serves(content) else { return nil }
        let shape = PyramidShape(of: content.uprightPixels)
        return level(for: plan, in: shape).map { ($0, shape.levels[$0]) }
    }

    /// The smallest level that a plan can be carried out on; nil if only the original will do.
    ///
    /// As with kept files, a level has twice as many pixels as are shown. The largest level also serves parts that are
    /// shown larger than that, up to its own size, if the result is lossy anyway.
    static func level(for plan: RenderPlan, in shape: PyramidShape) -> Int? {
        let region = plan.turn.box(of: plan.region.size)
        let serving = shape.levels.indices.last { level in
            let halved = Double(sign: .plus, exponent: level + 1, significand: 1)
            // Tiles at the edges, whose sides are odd, are rounded up to whole pixels.
            return Double(plan.scaled.width) <= (Double(region.width) / halved).rounded(.up)
                && Double(plan.scaled.height) <= (Double(region.height) / halved).rounded(.up)
        }
        if let serving { return serving }
        return plan.isPart && plan.quality > 0 && plan.scale <= 1 ? 0 : nil
    }
}

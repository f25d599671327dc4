internal import Transformations
internal import Vips

/// A Gaussian blur, whose cost does not grow with its width: a wide one is applied to a reduced picture, which is
/// enlarged again (docs/decisions/0038).
struct Blur {
    /// The standard deviation in pixels; 0 for none.
    let sigma: Double

    /// The least standard deviation in a reduced picture, in its pixels: what linear interpolation between them misses
    /// is not visible then.
    private static let leastReduced = 4.0

    func applied(to image: VipsImage) throws(VipsError) -> VipsImage {
        guard sigma >= 0.2 else { return image }
        let factor = Int(sigma / Self.leastReduced)
        return try Self.weighted(image) { image throws(VipsError) in
            try factor < 2 ? Self.direct(image, sigma) : reduced(image, by: factor)
        }
    }

    private func reduced(_ image: VipsImage, by factor: Int) throws(VipsError) -> VipsImage {
        // The pixels at the edges go on beyond them, as far as the blur reaches: otherwise those of a whole reduced
        // pixel would.
        let margin = factor * Int((2 * sigma / Double(factor)).rounded(.up))
        let embed = try VipsOperation("embed")
        embed.set("in", image)
        embed.set("x", margin)
        embed.set("y", margin)
        embed.set("width", (image.width + 2 * margin).roundedUp(toMultipleOf: factor))
        embed.set("height", (image.height + 2 * margin).roundedUp(toMultipleOf: factor))
        try embed.set("extend", choice: "copy")
        let shrink = try VipsOperation("shrink")
        shrink.set("in", try embed.run().image())
        shrink.set("hshrink", Double(factor))
        shrink.set("vshrink", Double(factor))
        let enlarge = try VipsOperation("resize")
        enlarge.set("in", try Self.direct(shrink.run().image(), sigma / Double(factor)).inMemory())
        enlarge.set("scale", Double(factor))
        try enlarge.set("kernel", choice: "linear")
        return try Crop.cut(
            enlarge.run().image(), x: margin, y: margin, PixelSize(image.width, image.height))
    }

    /// The blur at full size, in time that grows with its width.
    static func direct(_ image: VipsImage, _ sigma: Double) throws(VipsError) -> VipsImage {
        let operation = try VipsOperation("gaussblur")
        operation.set("in", image)
        operation.set("sigma", sigma)
        return try operation.run().image()
    }

    /// Pixels that are see-through count for as much as is seen of them.
    private static func weighted(
        _ image: VipsImage, _ change: (VipsImage) throws(VipsError) -> VipsImage
    ) throws(VipsError) -> VipsImage {
        guard image.hasAlpha else { return try change(image) }
        let premultiply = try VipsOperation("premultiply")
        premultiply.set("in", image)
        let unpremultiply = try VipsOperation("unpremultiply")
        unpremultiply.set("in", try change(premultiply.run().image()))
        return try Colour.bytes(unpremultiply.run().image())
    }
}

extension Int {
    fileprivate func roundedUp(toMultipleOf factor: Int) -> Int { (self + factor - 1) / factor * factor }
}

internal import Domain
internal import Transformations
internal import Vips

/// The background of a picture.
enum Canvas {
    /// The picture on a larger one.
    static func lay(
        _ image: VipsImage, on placement: RenderPlan.Placement, _ background: Background?
    ) throws(VipsError) -> VipsImage {
        let size = placement.size
        guard size.width != image.width || size.height != image.height else { return image }
        let halves = placement.gravity.halves
        let operation = try VipsOperation("embed")
        operation.set("in", try withAlpha(image))
        operation.set("x", (size.width - image.width) * halves.x / 2)
        operation.set("y", (size.height - image.height) * halves.y / 2)
        operation.set("width", size.width)
        operation.set("height", size.height)
        try operation.set("extend", choice: "background")
        operation.set("background", (background ?? .transparent).samples)
        return try operation.run().image()
    }

    /// The picture in colours with a band of transparency.
    static func withAlpha(_ image: VipsImage) throws(VipsError) -> VipsImage {
        let coloured = try inColour(image)
        guard !coloured.hasAlpha else { return coloured }
        let operation = try VipsOperation("bandjoin_const")
        operation.set("in", coloured)
        operation.set("c", [255])
        return try operation.run().image()
    }

    /// The picture without transparency if the background is solid, or if the result cannot hold any.
    static func flatten(
        _ image: VipsImage, _ background: Background?, format: ImageFormat, tone: Tone
    ) throws(VipsError) -> VipsImage {
        guard image.hasAlpha else { return image }
        let mustBeOpaque = !format.hasAlpha || tone == .bitonal
        guard mustBeOpaque || background?.alpha == 255 else { return image }
        return try flatten(image, onto: background ?? .white)
    }

    /// The picture on a colour. A colour that is see-through itself stays so only in the corners, which are laid
    /// before.
    static func flatten(_ image: VipsImage, onto background: Background) throws(VipsError) -> VipsImage {
        let operation = try VipsOperation("flatten")
        operation.set("in", try inColour(image))
        operation.set("background", Array(background.samples.prefix(3)))
        return try operation.run().image()
    }

    private static func inColour(_ image: VipsImage) throws(VipsError) -> VipsImage {
        guard image.bands < 3 else { return image }
        let operation = try VipsOperation("colourspace")
        operation.set("in", image)
        try operation.set("space", choice: "srgb")
        return try operation.run().image()
    }
}

extension Background {
    fileprivate var samples: [Double] { [Double(red), Double(green), Double(blue), Double(alpha)] }
}

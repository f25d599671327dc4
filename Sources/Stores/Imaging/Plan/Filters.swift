internal import Transformations
internal import Vips

/// What is done to a picture when it has its size.
enum Filters {
    /// - Parameter sigma: the standard deviation in pixels; 0 for none.
    static func blur(_ image: VipsImage, _ sigma: Double) throws(VipsError) -> VipsImage {
        guard sigma >= 0.2 else { return image }
        return try weighted(image) { image throws(VipsError) in
            let operation = try VipsOperation("gaussblur")
            operation.set("in", image)
            operation.set("sigma", sigma)
            return try operation.run().image()
        }
    }

    /// - Parameter sigma: the standard deviation in pixels of the blur that is removed; 0 for none.
    static func sharpen(_ image: VipsImage, _ sigma: Double) throws(VipsError) -> VipsImage {
        guard sigma >= 0.2 else { return image }
        let operation = try VipsOperation("sharpen")
        operation.set("in", image)
        operation.set("sigma", sigma)
        return try Colour.screen(operation.run().image())
    }

    static func tone(_ image: VipsImage, _ tone: Tone) throws(VipsError) -> VipsImage {
        guard tone != .colour else { return image }
        let colourspace = try VipsOperation("colourspace")
        colourspace.set("in", image)
        try colourspace.set("space", choice: "b-w")
        let grey = try colourspace.run().image()
        guard tone == .bitonal else { return grey }
        let compare = try VipsOperation("relational_const")
        compare.set("in", grey)
        try compare.set("relational", choice: "moreeq")
        compare.set("c", [128])
        return try compare.run().image()
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

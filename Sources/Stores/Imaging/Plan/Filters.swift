internal import Transformations
internal import Vips

/// What is done to a picture when it has its size.
enum Filters {
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
}

internal import Transformations
internal import Vips

/// Brings pictures to sizes.
enum Resizing {
    /// The picture within the target's box, never enlarged.
    ///
    /// - Parameters:
    ///   - turning: whether the Exif orientation is to be applied.
    ///   - converting: whether an embedded profile is to be converted to sRGB.
    static func fit(
        _ image: VipsImage, _ target: WorkerRequest.Target, turning: Bool, converting: Bool
    ) throws(VipsError) -> VipsImage {
        let box = PixelSize(target.width, target.height)
        return try resize(image, to: box, "down", turning: turning, converting: converting)
    }

    /// The picture at exactly a size, as it lies.
    static func stretch(_ image: VipsImage, to size: PixelSize, converting: Bool) throws(VipsError) -> VipsImage {
        if !converting, image.width == size.width, image.height == size.height { return image }
        return try resize(image, to: size, "force", turning: false, converting: converting)
    }

    private static func resize(
        _ image: VipsImage, to size: PixelSize, _ direction: String, turning: Bool, converting: Bool
    ) throws(VipsError) -> VipsImage {
        let operation = try VipsOperation("thumbnail_image")
        operation.set("in", image)
        operation.set("width", size.width)
        operation.set("height", size.height)
        try operation.set("size", choice: direction)
        if !turning { operation.set("no-rotate", true) }
        if converting { operation.set("export-profile", text: "srgb") }
        return try operation.run().image()
    }
}

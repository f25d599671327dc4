internal import Vips

/// Fits pictures into boxes.
enum Resizing {
    /// The picture within the target's box, never enlarged.
    ///
    /// - Parameters:
    ///   - turning: whether the Exif orientation is to be applied.
    ///   - converting: whether an embedded profile is to be converted to sRGB.
    static func fit(
        _ image: VipsImage, _ target: WorkerRequest.Target, turning: Bool, converting: Bool
    ) throws(VipsError) -> VipsImage {
        let operation = try VipsOperation("thumbnail_image")
        operation.set("in", image)
        operation.set("width", target.width)
        operation.set("height", target.height)
        try operation.set("size", choice: "down")
        if !turning { operation.set("no-rotate", true) }
        if converting { operation.set("export-profile", text: "srgb") }
        return try operation.run().image()
    }
}

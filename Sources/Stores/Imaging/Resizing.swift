internal import Resampling
internal import Transformations
internal import Vips

/// Resizes pictures.
///
/// Plain pictures, which most are, are reduced by the project's own arithmetic (docs/decisions/0029) in a quarter of
/// the time that libvips takes
/// for the same: with the same kernel, from the decoder's rows, without threads and tiles.
enum Resizing {
    /// The picture within the target's box, never enlarged.
    ///
    /// - Parameters:
    ///   - orientation: turns the picture upright; the box applies to the upright picture.
    ///   - converting: whether an embedded profile is to be converted to sRGB.
    static func fit(
        _ image: VipsImage, _ target: WorkerRequest.Target, orientation: Rotation, converting: Bool
    ) throws(VipsError) -> VipsImage {
        let isTransposed = (orientation.quarterTurns ?? 0) % 2 == 1
        let stored = PixelSize(image.width, image.height)
        let size = fitted(isTransposed ? stored.transposed : stored, in: target)
        let fitted = try stretch(image, to: isTransposed ? size.transposed : size, converting: converting)
        return orientation == .none ? fitted : try Rotate.turn(fitted.inMemory(), by: orientation, over: nil)
    }

    /// The size of an upright picture within the target's box.
    static func fitted(_ size: PixelSize, in target: WorkerRequest.Target) -> PixelSize {
        let scale = min(1, Double(target.width) / Double(size.width), Double(target.height) / Double(size.height))
        return PixelSize(
            max(1, Int((Double(size.width) * scale).rounded())), max(1, Int((Double(size.height) * scale).rounded())))
    }

    /// The picture at exactly a size, in its stored orientation.
    ///
    /// - Parameter keepingFields: whether the fields of the header are still needed.
    static func stretch(
        _ image: VipsImage, to size: PixelSize, converting: Bool, keepingFields: Bool = false
    ) throws(VipsError) -> VipsImage {
        if !converting {
            if image.width == size.width, image.height == size.height { return image }
            if !keepingFields, let reduced = try reduce(image, to: size) { return reduced }
        }
        let operation = try VipsOperation("thumbnail_image")
        operation.set("in", image)
        operation.set("width", size.width)
        operation.set("height", size.height)
        try operation.set("size", choice: "force")
        operation.set("no-rotate", true)
        if converting { operation.set("export-profile", text: "srgb") }
        return try operation.run().image()
    }

    /// The reduced picture, without its header's fields; nil if that needs more than plain arithmetic, or if the
    /// result is so small that libvips, which takes means first, is better.
    private static func reduce(_ image: VipsImage, to size: PixelSize) throws(VipsError) -> VipsImage? {
        guard let bands = plainBands(of: image),
            let across = AxisReduction(image.width, to: size.width),
            let down = AxisReduction(image.height, to: size.height)
        else { return nil }
        var reducer = PictureReducer(across: across, down: down, bands: bands)
        try image.forEachRow { reducer.take($0) }
        return try VipsImage.of(
            samples: reducer.samples, width: size.width, height: size.height, bands: image.bands,
            interpretation: image.interpretation)
    }

    private static func plainBands(of image: VipsImage) -> PictureReducer.Bands? {
        guard image.sampleFormat == "uchar" else { return nil }
        switch (image.bands, image.interpretation) {
        case (3, "srgb"): return .colour
        case (1, "b-w"): return .grey
        default: return nil
        }
    }
}

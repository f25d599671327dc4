internal import Transformations
internal import Vips

/// Takes parts of pictures.
enum Crop {
    static func cut(_ image: VipsImage, x: Int, y: Int, _ size: PixelSize) throws(VipsError) -> VipsImage {
        if x == 0, y == 0, size.width == image.width, size.height == image.height { return image }
        let operation = try VipsOperation("extract_area")
        operation.set("input", image)
        operation.set("left", x)
        operation.set("top", y)
        operation.set("width", size.width)
        operation.set("height", size.height)
        return try operation.run().image()
    }

    static func cut(_ image: VipsImage, to placement: RenderPlan.Placement) throws(VipsError) -> VipsImage {
        let size = PixelSize(min(placement.size.width, image.width), min(placement.size.height, image.height))
        guard placement.gravity != .attention else { return try cutToAttention(image, size) }
        let halves = placement.gravity.halves
        return try cut(
            image, x: (image.width - size.width) * halves.x / 2, y: (image.height - size.height) * halves.y / 2, size)
    }

    private static func cutToAttention(_ image: VipsImage, _ size: PixelSize) throws(VipsError) -> VipsImage {
        let operation = try VipsOperation("smartcrop")
        operation.set("input", image)
        operation.set("width", size.width)
        operation.set("height", size.height)
        try operation.set("interesting", choice: "attention")
        return try operation.run().image()
    }
}

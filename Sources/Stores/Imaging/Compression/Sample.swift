internal import Vips

/// Some of a picture, by which a quality is chosen: encoding all of a large one again and again would take minutes.
enum Sample {
    /// Squares along each direction.
    private static let count = 3
    /// Pixels along a side of a square: whole blocks of every encoding.
    private static let side = 384

    /// The picture itself if it is small, else nine squares of it, evenly spread, one below the other.
    static func of(_ picture: VipsImage) throws(VipsError) -> VipsImage {
        guard picture.width * picture.height > CompressionBounds.samplePixels else { return picture }
        let (width, height) = (min(side, picture.width), min(side, picture.height))
        var sample: VipsImage?
        for row in 0..<count {
            for column in 0..<count {
                let square = try cut(
                    picture, x: place(column, of: picture.width, side: width),
                    y: place(row, of: picture.height, side: height), width: width, height: height)
                sample = if let sample { try join(sample, square) } else { square }
            }
        }
        return try sample?.inMemory() ?? picture
    }

    /// The positions of the squares: in the middle of equal parts.
    private static func place(_ index: Int, of length: Int, side: Int) -> Int {
        max(0, min(length - side, (2 * index + 1) * length / (2 * count) - side / 2))
    }

    private static func cut(
        _ picture: VipsImage, x: Int, y: Int, width: Int, height: Int
    ) throws(VipsError) -> VipsImage {
        let operation = try VipsOperation("extract_area")
        operation.set("input", picture)
        operation.set("left", x)
        operation.set("top", y)
        operation.set("width", width)
        operation.set("height", height)
        return try operation.run().image()
    }

    private static func join(_ upper: VipsImage, _ lower: VipsImage) throws(VipsError) -> VipsImage {
        let operation = try VipsOperation("join")
        operation.set("in1", upper)
        operation.set("in2", lower)
        try operation.set("direction", choice: "vertical")
        return try operation.run().image()
    }
}

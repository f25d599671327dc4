/// The part of the upright picture that is used.
public enum Region: Hashable, Sendable {
    case whole
    /// The largest square, in the middle.
    case square
    /// In pixels of the original.
    case pixels(x: Double, y: Double, width: Double, height: Double)
    /// In hundredths of the picture's width and height.
    case percent(x: Double, y: Double, width: Double, height: Double)

    /// The rectangle in a picture, clipped at its edges.
    ///
    /// - Throws: `outside` if it is outside the picture.
    public func rectangle(in picture: PixelSize) throws(TransformationError) -> PixelRectangle {
        let (width, height) = (Double(picture.width), Double(picture.height))
        switch self {
        case .whole: return PixelRectangle(x: 0, y: 0, size: picture)
        case .square:
            let side = min(picture.width, picture.height)
            return PixelRectangle(
                x: (picture.width - side) / 2, y: (picture.height - side) / 2, size: PixelSize(side, side))
        case .pixels(let x, let y, let regionWidth, let regionHeight):
            return try Self.clip(x, y, regionWidth, regionHeight, picture)
        case .percent(let x, let y, let regionWidth, let regionHeight):
            return try Self.clip(
                x / 100 * width, y / 100 * height, regionWidth / 100 * width, regionHeight / 100 * height, picture)
        }
    }

    private static func clip(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ picture: PixelSize
    ) throws(TransformationError) -> PixelRectangle {
        guard width > 0, height > 0, x < Double(picture.width), y < Double(picture.height) else {
            throw TransformationError(
                .outside,
                "The region lies outside the picture, which has \(picture.width) × \(picture.height) pixels.")
        }
        // A region that begins within the last pixel is not rounded out of the picture.
        let left = min(x.rounded(), Double(picture.width - 1)), top = min(y.rounded(), Double(picture.height - 1))
        // The values are at most the picture's size, so they are whole numbers in range.
        let right = min((x + width).rounded(), Double(picture.width))
        let bottom = min((y + height).rounded(), Double(picture.height))
        guard right - left >= 1, bottom - top >= 1 else { throw TransformationError.belowOnePixel }
        return PixelRectangle(
            x: Int(left), y: Int(top), size: PixelSize(Int(right - left), Int(bottom - top)))
    }
}

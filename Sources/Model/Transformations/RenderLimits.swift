internal import Domain

/// The maximum size of a result.
public struct RenderLimits: Hashable, Sendable {
    /// Pixels of a side; 16,383, the maximum of WebP, unless a format is asked for by name and holds more.
    public let side: Int
    public let area: Int64

    public init(side: Int = 16_383, area: Int64 = 100_000_000) { (self.side, self.area) = (side, area) }

    /// The limits for a picture: as many pixels as it has, and at least 25 million.
    public init(for picture: PixelSize) { self.init(area: min(100_000_000, max(25_000_000, picture.area))) }

    /// The limits for a picture that is to have its own size in a format.
    ///
    /// - Throws: `tooLarge` if the format cannot hold it.
    static func whole(_ picture: PixelSize, in format: ImageFormat) throws(TransformationError) -> RenderLimits {
        guard max(picture.width, picture.height) <= format.longestSide else {
            throw TransformationError(
                .tooLarge,
                "The picture has \(picture.width) × \(picture.height) pixels, and \(format.rawValue) holds at most \(format.longestSide) a side: ask for png or jxl."
            )
        }
        return RenderLimits(side: format.longestSide, area: RenderLimits(for: picture).area)
    }

    /// The factor by which a rotated size must be reduced to be within the limits; above 1 if it may grow.
    func room(for width: Double, _ height: Double, _ rotation: Rotation) -> Double {
        let room = room(for: width, height)
        guard rotation.quarterTurns == nil else { return room }
        let box = rotation.extent(width, height)
        // Rounding to whole pixels, with at least one pixel a side, may make each side of the box longer by less
        // than two.
        let tightened = RenderLimits(side: side - 2, area: area - 2 * Int64(side))
        return min(room, tightened.room(for: box.width, box.height))
    }

    private func room(for width: Double, _ height: Double) -> Double {
        min(Double(side) / max(width, height), (Double(area) / (width * height)).squareRoot())
    }

    func check(_ size: PixelSize) throws(TransformationError) {
        guard size.width <= side, size.height <= side, size.area <= area else {
            throw TransformationError(
                .tooLarge,
                "The result would have \(size.width) × \(size.height) pixels; at most \(side) a side and \(area) in all are made."
            )
        }
    }
}

public import Transformations

/// The tiles in which viewers should request an image (section 5.4).
public struct TileGrid: Hashable, Sendable {
    /// Pixels of a tile's side.
    public static let side = 512

    /// The scale factors: 1, 2, 4 … until the picture fits in one tile.
    public let scaleFactors: [Int]
    /// The whole picture at each scale, smallest first.
    public let sizes: [PixelSize]

    public init(_ picture: PixelSize) {
        var factors = [1]
        while let last = factors.last, max(picture.width, picture.height) > last * Self.side {
            factors.append(last * 2)
        }
        scaleFactors = factors
        sizes = factors.reversed().map { factor in
            PixelSize(max(1, (picture.width + factor - 1) / factor), max(1, (picture.height + factor - 1) / factor))
        }
    }
}

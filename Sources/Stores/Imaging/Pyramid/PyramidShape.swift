public import Domain
public import Transformations

/// The levels of a pyramid: a picture in its own size, and halved again and again until it is one tile.
public struct PyramidShape: Hashable, Sendable {
    /// Pixels of a tile's side: what a viewer asks for is made of a few whole ones.
    public static let tile = 256
    /// From 90 on libvips keeps all of the colours' resolution, too.
    static let quality = 94

    /// Stands for all that decides how the pyramid of an image of a format comes out.
    public static func recipe(from format: ImageFormat) -> String {
        "pyramid|\(tile)|\(quality)|\(ImagingWorkers.version(for: format))"
    }

    /// The sizes, largest first; what is left of an odd side is dropped.
    public let levels: [PixelSize]

    /// - Parameter picture: the size of the picture, in pixels.
    public init(of picture: PixelSize) {
        var levels = [picture]
        var size = picture
        while max(size.width, size.height) > Self.tile {
            size = PixelSize(max(1, size.width / 2), max(1, size.height / 2))
            levels.append(size)
        }
        self.levels = levels
    }
}

public import Domain

/// The header of an image.
public struct ImageProbe: Hashable, Sendable, Codable {
    public let format: ImageFormat
    /// Pixels as stored, before the orientation is applied.
    public let width: Int, height: Int
    /// Exif orientation, 1 to 8; 1 for formats whose decoders turn pictures upright by themselves (HEIC, AVIF, JPEG
    /// XL).
    public let orientation: Int
    /// Frames or pages that the decoder knows; 1 for a still.
    public let frames: Int
    /// Whether there is an alpha channel.
    public let hasAlpha: Bool
    public var metadata: PhotoMetadata

    /// The size of the upright picture in pixels.
    public var uprightSize: (width: Int, height: Int) { orientation >= 5 ? (height, width) : (width, height) }
}

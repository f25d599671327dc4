public import Domain

/// What the header of an image says.
public struct ImageProbe: Hashable, Sendable, Codable {
    public let format: ImageFormat
    /// Pixels as stored, before the orientation is applied.
    public let width: Int, height: Int
    /// Exif orientation, 1 to 8; 1 for formats whose decoders turn pictures upright by themselves (HEIC, AVIF, JPEG XL).
    public let orientation: Int
    /// Frames or pages as far as the decoder knows them; 1 for a still.
    public let frames: Int
    /// Whether there is a channel of transparency.
    public let hasAlpha: Bool
    public var metadata: PhotoMetadata

    /// Pixels upright, as a person sees the picture.
    public var uprightSize: (width: Int, height: Int) { orientation >= 5 ? (height, width) : (width, height) }
}

public import Domain
public import SystemIO

/// A rendition that is to be made, and the file that it is written to.
public struct RenderTarget: Sendable {
    /// The box that the upright picture is to fit, in pixels.
    public let width: Int, height: Int
    /// Of lossy encodings: 1 (smallest) to 100.
    public let quality: Int
    /// The format; nil for PNG of a graphic, and of a photograph for JPEG, or WebP if some pixel is see-through.
    public let format: ImageFormat?
    /// An empty file, open for writing.
    public let output: FileDescriptor

    public init(width: Int, height: Int, quality: Int = 82, format: ImageFormat? = nil, output: FileDescriptor) {
        (self.width, self.height) = (max(1, width), max(1, height))
        (self.quality, self.format, self.output) = (min(max(1, quality), 100), format, output)
    }
}

/// A rendition that was written.
public struct RenderedFile: Hashable, Sendable, Codable {
    public let format: ImageFormat
    public let width: Int, height: Int
    public let bytes: Int64
}

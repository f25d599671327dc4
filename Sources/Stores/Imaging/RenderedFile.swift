public import Domain

/// A rendition that was written.
public struct RenderedFile: Hashable, Sendable, Codable {
    public let format: ImageFormat
    public let width: Int, height: Int
    public let bytes: Int64
}

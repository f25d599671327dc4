/// Width and height in pixels.
public struct PixelSize: Hashable, Sendable, Codable {
    public var width: Int, height: Int

    public init(_ width: Int, _ height: Int) { (self.width, self.height) = (width, height) }

    /// How many pixels there are.
    public var area: Int64 { Int64(width) * Int64(height) }

    /// The size after a turn by a quarter.
    public var transposed: PixelSize { PixelSize(height, width) }
}

/// A part of a picture in pixels, from its upper left corner.
public struct PixelRectangle: Hashable, Sendable, Codable {
    public var x: Int, y: Int
    public var size: PixelSize

    public init(x: Int, y: Int, size: PixelSize) { (self.x, self.y, self.size) = (x, y, size) }
}

/// A colour behind the picture.
public struct Background: Hashable, Sendable, Codable {
    public let red: UInt8, green: UInt8, blue: UInt8
    /// 255 if opaque.
    public let alpha: UInt8

    public init(red: UInt8, green: UInt8, blue: UInt8, alpha: UInt8 = 255) {
        (self.red, self.green, self.blue, self.alpha) = (red, green, blue, alpha)
    }

    public static let white = Background(red: 255, green: 255, blue: 255)
    public static let black = Background(red: 0, green: 0, blue: 0)
    public static let transparent = Background(red: 255, green: 255, blue: 255, alpha: 0)
}

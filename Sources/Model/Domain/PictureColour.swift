internal import TextCoding

/// A colour of a picture in sRGB.
public struct PictureColour: Hashable, Sendable, Codable, CustomStringConvertible {
    public let red: UInt8, green: UInt8, blue: UInt8

    public init(red: UInt8, green: UInt8, blue: UInt8) { (self.red, self.green, self.blue) = (red, green, blue) }

    /// From the number 0xRRGGBB; nil for one that is out of range.
    public init?(_ number: Int64) {
        guard (0...0xFF_FFFF).contains(number) else { return nil }
        self.init(
            red: UInt8(number >> 16), green: UInt8(number >> 8 & 0xFF), blue: UInt8(number & 0xFF))
    }

    /// The number 0xRRGGBB.
    public var number: Int64 { Int64(red) << 16 | Int64(green) << 8 | Int64(blue) }

    /// Six hexadecimal digits.
    public var description: String { Hexadecimal.encode([red, green, blue]) }
}

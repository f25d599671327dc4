public import Domain

/// The description of a rendition; the requests of all APIs are converted to it.
///
/// The steps have the order of the members: a page, upright, a region of it, rotated, resized,
/// rotated again, filters, and the encoding.
public struct Transformation: Hashable, Sendable {
    /// Which page, from 1.
    public var page = 1
    public var region = Region.whole
    /// Before the size, so that the size applies to the result.
    public var turn = Rotation.none
    public var size = Size.natural
    /// After the size, as in IIIF: a rotation other than by 180 degrees changes the result's size.
    public var rotation = Rotation.none
    /// The background; nil for transparent if the format supports it, otherwise white.
    public var background: Background?
    /// The standard deviation of a Gaussian blur, in pixels of the result; 0 for none.
    public var blur = 0.0
    /// The standard deviation of the blur that sharpening removes, in pixels of the result; 0 for none.
    public var sharpening = 0.0
    public var tone = Tone.colour
    public var format = FormatChoice.automatic(.usual)
    /// The quality of lossy encodings, 1 (smallest) to 100; nil for the format's default.
    public var quality: Int?
    /// Whether an animation stays one.
    public var isAnimated = false
    /// Whether the result has the Exif, XMP and other metadata of the original.
    public var keepsMetadata = false
    /// Whether the original is decoded even if a smaller kept file would do.
    public var isFromOriginal = false

    public init() {}
}

/// Which colours a rendition has.
public enum Tone: String, Hashable, Sendable, Codable {
    case colour, grey
    /// Black and white only.
    case bitonal
}

/// The format of a rendition.
public enum FormatChoice: Hashable, Sendable {
    case fixed(ImageFormat)
    /// The best of the formats that the client accepts.
    case automatic(AcceptedFormats)
}

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

public import Domain

/// What a rendition is to look like: the one value that every API's request becomes.
///
/// The steps follow each other in the order of the members: a page, upright, of it a region, turned, brought to a size,
/// turned again, and then its looks and its encoding.
public struct Transformation: Hashable, Sendable {
    /// Which page, from 1.
    public var page = 1
    public var region = Region.whole
    /// Before the size, so that the size is the result's.
    public var turn = Rotation.none
    public var size = Size.natural
    /// After the size, as IIIF has it: a turn other than by halves changes the result's size.
    public var rotation = Rotation.none
    /// What is behind the picture; nil for see-through if the format can, else white.
    public var background: Background?
    /// The standard deviation of a Gaussian blur, in pixels of the result; 0 for none.
    public var blur = 0.0
    /// The standard deviation of the blur that sharpening removes, in pixels of the result; 0 for none.
    public var sharpening = 0.0
    public var tone = Tone.colour
    public var format = FormatChoice.automatic([])
    /// Of lossy encodings, 1 (smallest) to 100; nil for the format's usual one.
    public var quality: Int?
    /// Whether an animation stays one.
    public var isAnimated = false
    /// Whether Exif, XMP and the like of the original go with the result.
    public var keepsMetadata = false
    /// Whether the original itself is decoded, even if a smaller kept file would serve.
    public var isFromOriginal = false

    public init() {}
}

/// Which colours a rendition has.
public enum Tone: String, Hashable, Sendable, Codable {
    case colour, grey
    /// Black and white, and nothing between.
    case bitonal
}

/// The format of a rendition.
public enum FormatChoice: Hashable, Sendable {
    case fixed(ImageFormat)
    /// The smallest that the client understands. JPEG, PNG and GIF are understood by all; these are said to be besides.
    case automatic(AcceptedFormats)
}

/// Formats that not every client understands.
public struct AcceptedFormats: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let avif = AcceptedFormats(rawValue: 1)
    public static let webp = AcceptedFormats(rawValue: 2)
}

public import TextCoding

/// The formats that are accepted, by content.
///
/// What a format can do is in one table, `properties`. How it is decoded and encoded is in one table of imaging.
public enum ImageFormat: String, StringEnumeration {
    case jpeg, png, webp, gif, tiff, bmp, heic, avif, jxl, svg

    /// What a format can do, and what it is called.
    struct Properties: Sendable {
        /// The media type as registered with IANA.
        let mediaType: String
        /// The extensions of file names, without the dot; the preferred one first.
        let extensions: [String]
        /// Whether renditions are made in it.
        var isWritten = false
        /// Whether compressed files can have it.
        var isCompact = false
        /// The quality of its lossy encoding that looks about the same as that of the others; nil if it is lossless.
        var usualQuality: Int?
        /// Whether a file can hold the frames of an animation.
        var isAnimatable = false
        /// Whether several frames in a file are those of an animation of which only the first can be read.
        var hidesFrames = false
        /// Whether pixels can be transparent.
        var hasAlpha = true
        /// The maximum number of pixels along a side.
        var longestSide = Int(Int32.max)
    }

    var properties: Properties {
        switch self {
        case .jpeg:
            Properties(
                mediaType: "image/jpeg", extensions: ["jpg", "jpeg", "jpe"], isWritten: true, isCompact: true,
                usualQuality: 82, hasAlpha: false, longestSide: 65_500)
        case .png:
            Properties(
                mediaType: "image/png", extensions: ["png"], isWritten: true, isCompact: true, hidesFrames: true)
        case .webp:
            Properties(
                mediaType: "image/webp", extensions: ["webp"], isWritten: true, isCompact: true, usualQuality: 80,
                isAnimatable: true, longestSide: 16_383)
        case .gif: Properties(mediaType: "image/gif", extensions: ["gif"], isWritten: true, isAnimatable: true)
        case .tiff: Properties(mediaType: "image/tiff", extensions: ["tif", "tiff"], isWritten: true)
        case .bmp: Properties(mediaType: "image/bmp", extensions: ["bmp"])
        case .heic: Properties(mediaType: "image/heic", extensions: ["heic", "heif"])
        case .avif:
            Properties(
                mediaType: "image/avif", extensions: ["avif"], isWritten: true, isCompact: true, usualQuality: 55,
                hidesFrames: true, longestSide: 16_384)
        case .jxl:
            Properties(
                mediaType: "image/jxl", extensions: ["jxl"], isWritten: true, isCompact: true, usualQuality: 80,
                hidesFrames: true)
        case .svg: Properties(mediaType: "image/svg+xml", extensions: ["svg"])
        }
    }
}

extension ImageFormat {
    /// The media type as registered with IANA.
    public var mediaType: String { properties.mediaType }

    /// The preferred extension of a file's name, without the dot.
    public var fileExtension: String { properties.extensions.first ?? rawValue }

    /// The quality of its lossy encoding if none is asked for; nil if it is lossless.
    public var usualQuality: Int? { properties.usualQuality }

    /// Whether a file can hold the frames of an animation.
    public var isAnimatable: Bool { properties.isAnimatable }

    /// Whether several frames in a file are those of an animation of which only the first can be read.
    public var hidesFrames: Bool { properties.hidesFrames }

    /// Whether pixels can be transparent.
    public var hasAlpha: Bool { properties.hasAlpha }

    /// The maximum number of pixels along a side.
    public var longestSide: Int { properties.longestSide }

    /// Whether the picture is a drawing, which has no pixels of its own and can be enlarged at will.
    public var isDrawing: Bool { self == .svg }

    /// Whether files hold photographs, which lose nothing that can be seen if they are encoded again in the same way.
    public var isPhotographic: Bool { self == .jpeg || self == .heic }

    /// The formats in which renditions are made.
    public static let written = allCases.filter(\.properties.isWritten)

    /// The formats that the compressed file of an image may have.
    public static let compact = allCases.filter(\.properties.isCompact)

    /// The format of a name as clients write it: `jpg`, `.JPG`, `image/jpeg`.
    ///
    /// - Returns: nil for a name of no accepted format.
    public init?(name: some StringProtocol) {
        let name = name.lowercased()
        let bare = name.hasPrefix(".") ? String(name.dropFirst()) : name
        let format = Self.allCases.first { format in
            let properties = format.properties
            return properties.mediaType == bare || format.rawValue == bare || properties.extensions.contains(bare)
                || properties.extensions.contains { "image/\($0)" == bare }
        }
        guard let format else { return nil }
        self = format
    }
}

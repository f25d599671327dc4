internal import Domain
internal import Transformations
internal import TurboJPEG
internal import Vips

/// A JPEG that can be decoded to luma and chroma.
struct JPEGFastPathDecoder {
    /// Pixels that are decoded at most: all of them are held.
    private static let maximumArea = 1 << 25

    private let bytes: [UInt8]
    /// As stored.
    let size: PixelSize

    /// - Returns: nil for colours of other kinds, for pictures beyond the limits, and if the header cannot be read.
    init?(_ source: ImageSource, limits: ImagingLimits) {
        bytes = source.file.bytes(at: 0, count: source.file.count)
        guard let header = try? TurboJPEG.header(of: bytes) else { return nil }
        size = PixelSize(header.width, header.height)
        guard size.area <= limits.maximumPixels else { return nil }
    }

    /// Whether a picture lies upright and in sRGB, as its planes are taken to lie.
    static func suits(_ header: VipsImage, _ source: ImageSource) -> Bool {
        source.format == .jpeg && source.orientation() == 1 && !Colour.needsConversion(header)
    }

    /// - Parameter shrink: 1, 2, 4 or 8: so many times smaller.
    /// - Returns: nil for what is too large still, and for files that are damaged in any way: libvips tells better how.
    func decode(shrink: Int) -> PlanarPicture? {
        guard (size.width / shrink) * (size.height / shrink) <= Self.maximumArea else { return nil }
        return try? TurboJPEG.decode(bytes, shrink: shrink)
    }
}

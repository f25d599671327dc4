internal import Domain
internal import FileFormats
internal import Vips

/// The metadata of a picture as they are true for a rendition that is upright.
struct KeptMetadata {
    private static let exifField = "exif-data", xmpField = "xmp-data"
    /// The maximum size of a packet of XMP, in bytes.
    private static let xmpLimit = 4 << 20

    private let exif: [UInt8]?
    private let xmp: [UInt8]?

    init(of picture: VipsImage) {
        exif = picture.blob(Self.exifField, limit: EmbeddedExif.limit).flatMap(ExifBlock.upright)
        xmp = picture.blob(Self.xmpField, limit: Self.xmpLimit).map(XMPPacket.upright)
    }

    /// Whether libvips does not write metadata in a format, so that they are added to the file.
    static func isAdded(to format: ImageFormat) -> Bool { format == .jxl || format == .tiff }

    /// The fields that libvips writes.
    var fields: [String: [UInt8]] {
        var fields: [String: [UInt8]] = [:]
        if let exif { fields[Self.exifField] = Array("Exif\0\0".utf8) + exif }
        if let xmp { fields[Self.xmpField] = xmp }
        return fields
    }

    /// A file of a format to which they are added, with them.
    func added(to file: [UInt8], _ format: ImageFormat) -> [UInt8] {
        switch format {
        case .jxl: JPEGXLContainer.adding(exif: exif, xmp: xmp, to: file)
        // XMP is written by libvips.
        case .tiff: exif.flatMap { TIFFExif.adding($0, to: file) } ?? file
        default: file
        }
    }
}

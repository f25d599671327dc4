internal import Domain
internal import FileFormats
internal import Vips

/// The bytes of files that libvips 8.14 reads wrongly, or not at all, changed so that it reads them.
enum ReadableBytes {
    /// The frames of a GIF that are looked at: more than any limit lets pass.
    private static let frameLimit = 100_000

    /// Nil for files that it reads as they are.
    static func of(_ file: VipsSource, format: ImageFormat) -> [UInt8]? {
        switch format {
        case .tiff: halfFloats(file)
        case .gif:
            GIFTransparency.explicit(file.bytes(at: 0, count: file.count), frameLimit: frameLimit)
        default: nil
        }
    }

    private static func halfFloats(_ file: VipsSource) -> [UInt8]? {
        var window = ByteWindow(count: Int64(file.count)) { file.bytes(at: $0, count: $1) }
        guard let changes = try? TIFFHalfFloats.changes(&window), !changes.isEmpty else { return nil }
        var bytes = file.bytes(at: 0, count: file.count)
        for (offset, byte) in changes where offset < bytes.count { bytes[Int(offset)] = byte }
        return bytes
    }
}

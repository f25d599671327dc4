internal import Domain
internal import FileFormats
internal import JPEGXL
internal import Vips

/// The frames of animations that libvips 8.14 takes for stills: APNG, AVIF and HEIC sequences, animated JPEG XL.
enum StatedFrames {
    /// Where counting ends: more than any limit lets pass.
    private static let limit = 100_000
    private static let budget = 16 << 20

    /// How many frames a file states; 1 for a still, and for formats of which libvips knows the frames.
    ///
    /// - Throws: if they cannot be read.
    static func count(_ source: ImageSource) throws -> Int {
        let file = source.file
        var window = ByteWindow(count: Int64(file.count), budget: budget) { file.bytes(at: $0, count: $1) }
        switch source.format {
        case .png: return try PNGHead(&window).frames
        case .avif, .heic: return try MediaTracks.frames(&window, limit: limit)
        case .jxl: return try source.jpegXL?.frames(limit: limit) ?? 1
        case .jpeg, .webp, .gif, .tiff, .bmp, .svg: return 1
        }
    }
}

public import Domain

/// A cheap check that a file is complete: its structure only, without pixels.
///
/// The end is looked at first. If something follows the picture there, or nothing is found, the file is read from the
/// front.
///
/// It detects files that were truncated in transfer. A file that passes may still be damaged; only decoding shows that
/// (docs/decisions/0009).
public enum TailCheck {
    /// The maximum number of bytes that are read, unless something follows the picture.
    public static let budget = 2 << 20

    /// Why the file is incomplete; nil if it seems complete.
    ///
    /// - Parameters:
    ///   - format: the recognised format.
    ///   - size: bytes of the file.
    ///   - read: returns `count` bytes from `offset`, fewer at the end of the file.
    /// - Throws: what `read` throws.
    public static func flaw(
        of format: ImageFormat, size: Int64, read: (_ offset: Int64, _ count: Int) throws -> [UInt8]
    ) throws -> String? {
        try withoutActuallyEscaping(read) { read in
            var file = ByteWindow(count: size, budget: budget, read: read)
            return try flaw(of: format, in: &file)
        }
    }

    private static func flaw(of format: ImageFormat, in file: inout ByteWindow) throws -> String? {
        switch format {
        case .jpeg: try JPEGStructure.flaw(&file)
        case .png: try PNGChunks.flaw(&file)
        case .webp: try webpFlaw(&file)
        case .gif: try GIFStructure.flaw(&file)
        case .tiff: try TIFFStructure.flaw(&file)
        case .bmp: try BMPStructure.flaw(&file)
        case .heic, .avif: try BoxStructure.flaw(&file, pictureBox: "mdat", alternative: "idat")
        case .jxl: try jxlFlaw(&file)
        case .svg: try svgFlaw(&file)
        }
    }

    /// The size in the RIFF header counts all that follows it (WebP Container Specification, "WebP File Header").
    private static func webpFlaw(_ file: inout ByteWindow) throws -> String? {
        guard let head = try file.bytes(at: 0, count: 20), let size = ByteOrder.little.uint32(head, at: 4) else {
            return "the WebP file is cut off"
        }
        return Int64(size) + 8 <= file.count ? nil : "the WebP file is cut off: \(size + 8) bytes were announced"
    }

    /// A bare codestream does not state its length; a container does.
    private static func jxlFlaw(_ file: inout ByteWindow) throws -> String? {
        guard let head = try file.bytes(at: 0, count: 2) else { return "the JPEG XL file is cut off" }
        if head == [0xFF, 0x0A] { return nil }
        return try BoxStructure.flaw(&file, pictureBox: "jxlc", alternative: "jxlp")
    }

    /// Markup ends with the `>` of its last element or comment.
    private static func svgFlaw(_ file: inout ByteWindow) throws -> String? {
        let tail = try file.tail(4096) ?? []
        return tail.last { $0 > 0x20 } == UInt8(ascii: ">") ? nil : "the SVG is cut off"
    }
}

public import Domain

/// A cheap check that a file is complete: its structure only, without pixels.
///
/// It detects files that were truncated in transfer. A file that passes may still be damaged; only decoding shows that
/// (docs/decisions/0009).
public enum TailCheck {
    /// The maximum number of bytes that are read.
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
        case .png: try pngFlaw(&file)
        case .webp: try webpFlaw(&file)
        case .gif: try gifFlaw(&file)
        case .tiff: try TIFFStructure.flaw(&file)
        case .bmp: try BMPStructure.flaw(&file)
        case .heic, .avif: try BoxStructure.flaw(&file, pictureBox: "mdat", alternative: "idat")
        case .jxl: try jxlFlaw(&file)
        case .svg: try svgFlaw(&file)
        }
    }

    /// The chunk `IEND` ends a PNG (PNG, section 11.2.5); bytes after it are ignored.
    private static func pngFlaw(_ file: inout ByteWindow) throws -> String? {
        let end: [UInt8] = [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44]
        for limit in [12, 4096, 1 << 20] {
            guard let tail = try file.tail(limit) else { return "the PNG is cut off" }
            if tail.lastPosition(of: end) != nil { return nil }
            if Int64(limit) >= file.count { break }
        }
        return "the PNG is cut off: its end chunk is missing"
    }

    /// The size in the RIFF header counts all that follows it (WebP Container Specification, "WebP File Header").
    private static func webpFlaw(_ file: inout ByteWindow) throws -> String? {
        guard let head = try file.bytes(at: 0, count: 20), let size = ByteOrder.little.uint32(head, at: 4) else {
            return "the WebP file is cut off"
        }
        return Int64(size) + 8 <= file.count ? nil : "the WebP file is cut off: \(size + 8) bytes were announced"
    }

    /// A block's terminator and the trailer `;` end a GIF (GIF89a, section 27); only a few bytes may follow.
    private static func gifFlaw(_ file: inout ByteWindow) throws -> String? {
        guard let tail = try file.tail(1024) else { return "the GIF is cut off" }
        if tail.last == 0x3B || tail.lastPosition(of: [0, 0x3B]) != nil { return nil }
        return "the GIF is cut off: its trailer is missing"
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

public import Domain
internal import TextCoding

/// Recognises formats by content; names and stated types are not used.
public enum FormatRecognition {
    /// The number of bytes at the start of a file that are enough to recognise almost all files.
    public static let headLength = 4096
    /// The number of bytes that are enough for every file: comments and declarations may precede the first element of a
    /// text.
    public static let longestHead = 64 << 10

    /// Recognises a file by its first bytes.
    ///
    /// - Parameter head: `headLength` bytes, or `longestHead` if those were `undecided`; all of a file with fewer.
    public static func recognise(_ head: [UInt8]) -> Recognition {
        let found = recognition(head)
        guard found == .undecided, head.count >= longestHead || head.count < headLength else { return found }
        return .other("plain text")
    }

    /// Recognises a file by what `read` returns of it, and the raw files of cameras by their directories as well.
    ///
    /// - Parameters:
    ///   - size: bytes of the file.
    ///   - read: returns `count` bytes from `offset`, fewer at the end of the file.
    /// - Throws: what `read` throws.
    public static func recognise(
        size: Int64, read: (_ offset: Int64, _ count: Int) throws -> [UInt8]
    ) throws -> Recognition {
        var found = recognise(try read(0, headLength))
        if found == .undecided { found = recognise(try read(0, longestHead)) }
        if found == .undecided { return .other("plain text") }
        guard found == .image(.tiff) else { return found }
        return try withoutActuallyEscaping(read) { read in
            var file = ByteWindow(count: size, read: read)
            return try RawFile.name(&file).map { .other($0) } ?? found
        }
    }

    private static func recognition(_ head: [UInt8]) -> Recognition {
        if head.isEmpty { return .other("an empty file") }
        if let format = imageFormat(head) { return .image(format) }
        if let name = ForeignFormats.name(head) { return .other(name) }
        if let text = TextRecognition.recognise(head) { return text }
        return .other("unknown bytes " + head.prefix(4).map { Hexadecimal.encode([$0]) }.joined(separator: " "))
    }

    private static func imageFormat(_ head: [UInt8]) -> ImageFormat? {
        if head.has([0xFF, 0xD8, 0xFF]) { return .jpeg }
        if head.has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
        if head.has("RIFF"), head.has("WEBP", at: 8) { return .webp }
        if head.has("GIF87a") || head.has("GIF89a") { return .gif }
        if isTIFF(head) { return .tiff }
        if isBMP(head) { return .bmp }
        if head.has([0xFF, 0x0A]) { return .jxl }
        if head.has([0, 0, 0, 0x0C, 0x4A, 0x58, 0x4C, 0x20, 0x0D, 0x0A, 0x87, 0x0A]) { return .jxl }
        return MediaBrand.imageFormat(head)
    }

    /// TIFF 6.0, section 2; BigTIFF has 43 for 42, and the width of its offsets after that.
    private static func isTIFF(_ head: [UInt8]) -> Bool {
        head.has([0x49, 0x49, 42, 0]) || head.has([0x4D, 0x4D, 0, 42]) || head.has([0x49, 0x49, 43, 0, 8, 0, 0, 0])
            || head.has([0x4D, 0x4D, 0, 43, 0, 8, 0, 0])
    }

    /// Two letters are not sufficient, so the length of the header that follows must be a known one.
    private static func isBMP(_ head: [UInt8]) -> Bool {
        guard head.has("BM"), let header = ByteOrder.little.uint32(head, at: 14) else { return false }
        return [12, 16, 40, 52, 56, 64, 108, 124].contains(header)
    }
}

/// The result of recognising a file.
public enum Recognition: Hashable, Sendable {
    /// An image of an accepted format.
    case image(ImageFormat)
    /// Something else, in words that complete "this is …": "a ZIP archive".
    case other(String)
    /// Text whose first element lies beyond the bytes that were examined.
    case undecided
}

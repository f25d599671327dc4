/// Files of JPEG XL with metadata (ISO/IEC 18181-2, section 9).
public enum JPEGXLContainer {
    private static let signature: [UInt8] =
        [0, 0, 0, 12] + Array("JXL ".utf8) + [0x0D, 0x0A, 0x87, 0x0A] + [0, 0, 0, 20]
        + Array("ftypjxl \0\0\0\0jxl ".utf8)

    /// A file with Exif and XMP of a codestream, or of a file that has neither.
    ///
    /// - Parameters:
    ///   - exif: from its TIFF structure on; nil for none.
    ///   - xmp: nil for none.
    public static func adding(exif: [UInt8]?, xmp: [UInt8]?, to file: [UInt8]) -> [UInt8] {
        guard exif != nil || xmp != nil else { return file }
        let isCodestream = file.has([0xFF, 0x0A])
        return (isCodestream ? signature : Array(file.prefix(signature.count)))
            + (exif.map { box("Exif", [0, 0, 0, 0] + $0) } ?? []) + (xmp.map { box("xml ", $0) } ?? [])
            + (isCodestream ? box("jxlc", file) : Array(file.dropFirst(signature.count)))
    }

    private static func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
        ByteOrder.big.bytes(UInt64(content.count + 8), width: 4) + Array(type.utf8) + content
    }
}

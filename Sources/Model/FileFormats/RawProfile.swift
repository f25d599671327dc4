internal import TextCoding

/// The text in which ImageMagick and exiftool keep Exif in a PNG: a line with the name, one with the number of bytes, and
/// then the bytes in hexadecimal.
public enum RawProfile {
    /// The keywords of texts that hold Exif.
    static let keywords = ["Raw profile type exif", "Raw profile type APP1"]

    /// The bytes of a profile; nil if the text is malformed or states more than `limit` bytes.
    public static func bytes(_ text: [UInt8], limit: Int) -> [UInt8]? {
        let lines = text.split(separator: 0x0A, maxSplits: 2)
        guard lines.count == 3, let count = Int(String(decoding: lines[1], as: UTF8.self).filter { $0 != " " }),
            count > 0, count <= limit
        else { return nil }
        let digits = lines[2].filter { $0 > 0x20 }.prefix(2 * count)
        guard digits.count == 2 * count else { return nil }
        return Hexadecimal.decode(String(decoding: digits, as: UTF8.self))
    }
}

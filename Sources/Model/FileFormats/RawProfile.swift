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
        var bytes: [UInt8] = []
        var high: UInt8?
        for character in lines[2] where character > 0x20 {
            guard let digit = digit(character) else { return nil }
            if let first = high {
                bytes.append(first << 4 | digit)
                if bytes.count == count { return bytes }
                high = nil
            } else {
                high = digit
            }
        }
        return nil
    }

    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

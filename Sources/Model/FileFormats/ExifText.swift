/// Decodes text that cameras have written.
enum ExifText {
    /// The maximum bytes of a text.
    static let limit = 4096

    /// Reads text up to its first NUL: UTF-8, or else Latin-1; without control codes and outer spaces.
    static func decode(_ bytes: some Collection<UInt8>) -> String {
        let written = bytes.prefix { $0 != 0 }
        let text = String(validating: written, as: UTF8.self) ?? latin1(written)
        return trim(text)
    }

    /// Reads UTF-16 with the lower byte first, as Windows writes its own fields.
    static func decodeWide(_ bytes: [UInt8]) -> String {
        let units = stride(from: 0, to: bytes.count - 1, by: 2).map { UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 }
        return trim(String(decoding: units.prefix { $0 != 0 }, as: UTF16.self))
    }

    /// Reads a text that begins with the name of its character code in 8 bytes (CIPA DC-008, 4.6.5, UserComment).
    static func decodeTagged(_ bytes: [UInt8], order: ByteOrder) -> String? {
        guard bytes.count > 8 else { return nil }
        let text = Array(bytes.dropFirst(8))
        if bytes.has("ASCII") || bytes.prefix(8).allSatisfy({ $0 == 0 }) { return decode(text) }
        guard bytes.has("UNICODE") else { return nil }
        return order == .little ? decodeWide(text) : decodeWide(swapped(text))
    }

    private static func swapped(_ bytes: [UInt8]) -> [UInt8] {
        stride(from: 0, to: bytes.count - 1, by: 2).flatMap { [bytes[$0 + 1], bytes[$0]] }
    }

    private static func latin1(_ bytes: some Collection<UInt8>) -> String {
        String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }

    private static func trim(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { isControl($0) ? " " : $0 }
        let isSpace: (Unicode.Scalar) -> Bool = { $0 == " " }
        let trimmed = scalars.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
        return String(String.UnicodeScalarView(trimmed))
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    }
}

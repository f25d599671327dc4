public import SystemIO

/// Makes untrusted names safe for a terminal: they cannot move its cursor or begin a new line.
public enum SanitizedText {
    /// Text in which control characters, characters that change the text direction, and bytes that are not UTF-8 are
    /// shown as `\u{…}` and `\x…`.
    public static func of(_ path: FilePath) -> String { of(bytes: path.bytes) }

    public static func of(_ text: String) -> String { of(bytes: Array(text.utf8)) }

    private static func of(bytes: [UInt8]) -> String {
        // The common case first: only printable ASCII.
        if bytes.allSatisfy({ (0x20..<0x7F).contains($0) }) { return String(decoding: bytes, as: UTF8.self) }
        var result = ""
        for part in UTF8Parts(bytes) {
            switch part {
            case .text(let scalar): result += isHarmful(scalar) ? escaped(scalar) : String(scalar)
            case .byte(let byte): result += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return result
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\t": "\\t"
        case "\r": "\\r"
        default: "\\u{" + String(scalar.value, radix: 16) + "}"
        }
    }

    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

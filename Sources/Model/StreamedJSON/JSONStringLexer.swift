/// Reads the inside of a JSON text, in pieces that may end anywhere (RFC 8259, section 7).
struct JSONStringLexer: Sendable {
    enum Outcome: Hashable {
        /// The piece has ended, but not the text.
        case more
        /// The closing quote has been read.
        case over
        case malformed(String)
    }

    private enum Escape {
        case none, backslash
        case hexadecimal(digits: Int, value: UInt32)
    }

    private var escape = Escape.none
    /// The first surrogate of a pair (UTF-16); the second must follow.
    private var highSurrogate: UInt32?

    /// Reads on, up to the closing quote or the end of the piece.
    mutating func take(_ bytes: [UInt8], _ index: inout Int, into text: inout [UInt8]) -> Outcome {
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch escape {
            case .none:
                if byte == UInt8(ascii: "\\") {
                    escape = .backslash
                    continue
                }
                guard highSurrogate == nil else { return .malformed("half of a pair of \\u stands alone") }
                if byte == UInt8(ascii: "\"") { return .over }
                guard byte >= 0x20 else { return .malformed("a text holds a control character: write it as \\u") }
                text.append(byte)
                takePlain(bytes, &index, into: &text)
            case .backslash:
                if let outcome = takeEscape(byte, into: &text) { return outcome }
            case .hexadecimal(let digits, let value):
                guard let digit = UnicodeScalar(byte).properties.isASCIIHexDigit ? Self.value(of: byte) : nil else {
                    return .malformed("\\u is followed by other than four hexadecimal digits")
                }
                escape = .hexadecimal(digits: digits + 1, value: value << 4 | digit)
                if digits == 3, let outcome = takeUnit(value << 4 | digit, into: &text) { return outcome }
            }
        }
        return .more
    }

    /// Copies a run of bytes without escapes.
    private func takePlain(_ bytes: [UInt8], _ index: inout Int, into text: inout [UInt8]) {
        let start = index
        while index < bytes.count, bytes[index] >= 0x20, bytes[index] != UInt8(ascii: "\""),
            bytes[index] != UInt8(ascii: "\\")
        {
            index += 1
        }
        text += bytes[start..<index]
    }

    private mutating func takeEscape(_ byte: UInt8, into text: inout [UInt8]) -> Outcome? {
        if byte == UInt8(ascii: "u") {
            escape = .hexadecimal(digits: 0, value: 0)
            return nil
        }
        guard highSurrogate == nil else { return .malformed("half of a pair of \\u stands alone") }
        escape = .none
        switch UnicodeScalar(byte) {
        case "\"", "\\", "/": text.append(byte)
        case "b": text.append(0x08)
        case "f": text.append(0x0C)
        case "n": text.append(0x0A)
        case "r": text.append(0x0D)
        case "t": text.append(0x09)
        default: return .malformed("a backslash is followed by a character that it cannot escape")
        }
        return nil
    }

    /// Adds one UTF-16 code unit.
    private mutating func takeUnit(_ unit: UInt32, into text: inout [UInt8]) -> Outcome? {
        escape = .none
        var code = unit
        if let high = highSurrogate {
            guard (0xDC00...0xDFFF).contains(unit) else { return .malformed("half of a pair of \\u stands alone") }
            code = 0x10000 + (high - 0xD800) << 10 + (unit - 0xDC00)
            highSurrogate = nil
        } else if (0xD800...0xDBFF).contains(unit) {
            highSurrogate = unit
            return nil
        }
        guard let scalar = Unicode.Scalar(code) else { return .malformed("half of a pair of \\u stands alone") }
        text += Array(String(Character(scalar)).utf8)
        return nil
    }

    private static func value(of digit: UInt8) -> UInt32 {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(digit - UInt8(ascii: "a")) + 10
        default: UInt32(digit & 0x5F) &- 55
        }
    }
}

/// An object or an array within an object, gathered up to its end.
struct NestedJSONValue: Sendable {
    private static let longest = 64 << 10

    private(set) var bytes: [UInt8]
    private var depth = 1
    private var isInText = false
    private var isEscaped = false

    /// - Parameter begin: its first byte, `{` or `[`.
    init(begin: UInt8) { bytes = [begin] }

    /// Takes the next byte; whether it is the last one.
    ///
    /// - Parameter position: bytes before it, for messages.
    mutating func take(_ byte: UInt8, at position: Int64) throws(JSONObjectParser.Malformed) -> Bool {
        guard bytes.count < Self.longest else {
            throw JSONObjectParser.Malformed(
                position: position, reason: "an object or an array has more than \(Self.longest) bytes")
        }
        bytes.append(byte)
        if isInText {
            let isQuote = byte == UInt8(ascii: "\"") && !isEscaped
            isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            if isQuote { isInText = false }
            return false
        }
        switch UnicodeScalar(byte) {
        case "\"": isInText = true
        case "{", "[": depth += 1
        case "}", "]": depth -= 1
        default: break
        }
        return depth == 0
    }
}

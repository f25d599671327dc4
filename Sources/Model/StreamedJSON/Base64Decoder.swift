/// Decodes base64 (RFC 4648, section 4, with padding) piece by piece. White space between characters is ignored,
/// because many encoders break lines.
public struct Base64Decoder: Sendable {
    public struct Malformed: Error, Hashable {
        /// Characters before the mistake.
        public let position: Int64
        public let reason: String
    }

    /// The value of each character; 64 for padding, 65 for white space, 255 for others.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
        for (value, character) in alphabet.utf8.enumerated() { values[Int(character)] = UInt8(value) }
        for character in " \t\r\n".utf8 { values[Int(character)] = 65 }
        return values
    }()

    private var bits: UInt32 = 0
    /// Characters of the group of four that has begun.
    private var count = 0
    private var padding = 0
    private var position: Int64 = 0

    public init() {}

    /// The bytes that the next characters complete.
    public mutating func decode(_ characters: [UInt8]) throws(Malformed) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count / 4 * 3 + 3)
        for character in characters {
            try take(Self.values[Int(character)], into: &bytes)
            position += 1
        }
        return bytes
    }

    /// There are no more characters.
    public func finish() throws(Malformed) {
        guard count == 0 else { throw malformed("it is cut off: its length is not a multiple of four") }
    }

    private mutating func take(_ value: UInt8, into bytes: inout [UInt8]) throws(Malformed) {
        switch value {
        case 65: return
        case 0..<64:
            guard padding == 0 else { throw malformed("something follows its padding") }
            bits = bits << 6 | UInt32(value)
            count += 1
        case 64:
            guard count >= 2 else { throw malformed("there is padding in the middle") }
            padding += 1
            bits <<= 6
            count += 1
        default: throw malformed("it holds a character that base64 does not have")
        }
        guard count == 4 else { return }
        let group = [UInt8(bits >> 16 & 255), UInt8(bits >> 8 & 255), UInt8(bits & 255)]
        guard group[(3 - padding)...].allSatisfy({ $0 == 0 }) else {
            throw malformed("its last character holds bits that no encoder writes")
        }
        bytes += group[..<(3 - padding)]
        (bits, count) = (0, 0)
    }

    private func malformed(_ reason: String) -> Malformed { Malformed(position: position, reason: reason) }
}

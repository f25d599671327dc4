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
        var index = 0
        while index < characters.count {
            if count == 0, padding == 0 { takeGroups(characters, &index, into: &bytes) }
            guard index < characters.count else { break }
            try take(Self.values[Int(characters[index])], into: &bytes)
            index += 1
            position += 1
        }
        return bytes
    }

    /// Decodes groups of four characters of the alphabet, up to the first one that has another character.
    private mutating func takeGroups(_ characters: [UInt8], _ index: inout Int, into bytes: inout [UInt8]) {
        let values = Self.values
        let start = index
        while index + 4 <= characters.count {
            let first = values[Int(characters[index])], second = values[Int(characters[index + 1])]
            let third = values[Int(characters[index + 2])], fourth = values[Int(characters[index + 3])]
            guard first | second | third | fourth < 64 else { break }
            bytes.append(first << 2 | second >> 4)
            bytes.append(second << 4 | third >> 2)
            bytes.append(third << 6 | fourth)
            index += 4
        }
        position += Int64(index - start)
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
        guard bits & (1 << UInt32(8 * padding) - 1) == 0 else {
            throw malformed("its last character holds bits that no encoder writes")
        }
        for place in 0..<(3 - padding) { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * place))) }
        (bits, count) = (0, 0)
    }

    private func malformed(_ reason: String) -> Malformed { Malformed(position: position, reason: reason) }
}

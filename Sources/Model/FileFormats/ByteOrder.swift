/// How the bytes of a number are laid out.
enum ByteOrder {
    case big, little

    /// The unsigned number of `width` bytes (at most 8) at `offset`; nil past the end.
    func number(_ bytes: some RandomAccessCollection<UInt8>, at offset: Int, width: Int) -> UInt64? {
        guard offset >= 0, (0...8).contains(width), bytes.count >= width, offset <= bytes.count - width else {
            return nil
        }
        let start = bytes.index(bytes.startIndex, offsetBy: offset)
        let piece = bytes[start..<bytes.index(start, offsetBy: width)]
        return switch self {
        case .big: piece.reduce(0) { $0 << 8 | UInt64($1) }
        case .little: piece.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    /// A number as `width` bytes, at most 8; its higher bytes are dropped.
    func bytes(_ number: UInt64, width: Int) -> [UInt8] {
        let little = (0..<width).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
        return self == .little ? little : little.reversed()
    }

    func uint16(_ bytes: some RandomAccessCollection<UInt8>, at offset: Int) -> Int? {
        number(bytes, at: offset, width: 2).map(Int.init)
    }

    func uint32(_ bytes: some RandomAccessCollection<UInt8>, at offset: Int) -> Int? {
        number(bytes, at: offset, width: 4).map(Int.init)
    }

    /// A 64-bit number that fits an offset; nil for one of 2⁶³ or more.
    func offset64(_ bytes: some RandomAccessCollection<UInt8>, at offset: Int) -> Int64? {
        number(bytes, at: offset, width: 8).flatMap(Int64.init(exactly:))
    }
}

extension Array where Element == UInt8 {
    /// Whether the ASCII text is at `offset`.
    func has(_ text: String, at offset: Int = 0) -> Bool {
        let wanted = Array(text.utf8)
        return offset >= 0 && count >= offset + wanted.count
            && self[offset..<(offset + wanted.count)].elementsEqual(wanted)
    }

    func has(_ wanted: [UInt8], at offset: Int = 0) -> Bool {
        offset >= 0 && count >= offset + wanted.count && self[offset..<(offset + wanted.count)].elementsEqual(wanted)
    }

    /// The last position of `wanted`; nil if it does not occur.
    func lastPosition(of wanted: [UInt8]) -> Int? {
        guard count >= wanted.count else { return nil }
        return stride(from: count - wanted.count, through: 0, by: -1).first { has(wanted, at: $0) }
    }
}

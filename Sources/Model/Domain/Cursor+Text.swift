internal import TextCoding

extension Cursor: CustomStringConvertible {
    /// The form for clients: base64url of a version, the order, the tie and the key.
    public var description: String {
        var bytes: [UInt8] = [Self.version]
        let name = Array(order.utf8.prefix(255))
        bytes.append(UInt8(truncatingIfNeeded: name.count))
        bytes += name
        bytes += Self.bigEndian(tie)
        switch key {
        case .none: bytes.append(0)
        case .integer(let number): bytes += [1] + Self.bigEndian(number)
        case .text(let text): bytes += [2] + Array(text.utf8)
        }
        return Base64URL.encode(bytes)
    }

    /// Parses the form of `description`; nil for anything else, and for more than 4096 characters.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 4096, let bytes = Base64URL.decode(text), bytes.count >= 2, bytes[0] == Self.version
        else { return nil }
        let end = 2 + Int(bytes[1])
        guard bytes.count >= end + 9, let order = String(validating: bytes[2..<end], as: UTF8.self) else { return nil }
        let rest = bytes[(end + 9)...]
        let key: CursorKey
        switch bytes[end + 8] {
        case 0 where rest.isEmpty: key = .none
        case 1 where rest.count == 8: key = .integer(Self.integer(rest))
        case 2:
            guard let text = String(validating: rest, as: UTF8.self) else { return nil }
            key = .text(text)
        default: return nil
        }
        self.init(order: order, key: key, tie: Self.integer(bytes[end..<end + 8]))
    }

    private static let version: UInt8 = 1

    private static func bigEndian(_ number: Int64) -> [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> Int64 {
        Int64(bitPattern: bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
}

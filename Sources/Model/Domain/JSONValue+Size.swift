extension JSONValue {
    /// How many objects and arrays contain each other, this one included; 0 for any other value.
    public var depth: Int {
        switch self {
        case .array(let values): 1 + (values.lazy.map(\.depth).max() ?? 0)
        case .object(let members): 1 + (members.values.lazy.map(\.depth).max() ?? 0)
        case .null, .bool, .integer, .number, .string: 0
        }
    }

    /// Bytes of the value as JSON in UTF-8 without white space.
    public var byteCount: Int {
        switch self {
        case .null: 4
        case .bool(let value): value ? 4 : 5
        case .integer(let value): "\(value)".utf8.count
        case .number(let value): "\(value)".utf8.count
        case .string(let value): Self.byteCount(of: value)
        // Two brackets, and a comma between two elements.
        case .array(let values): values.reduce(2 + max(0, values.count - 1)) { $0 + $1.byteCount }
        // A colon in each member too.
        case .object(let members):
            members.reduce(2 + max(0, members.count - 1)) { $0 + Self.byteCount(of: $1.key) + 1 + $1.value.byteCount }
        }
    }

    private static func byteCount(of text: String) -> Int {
        text.utf8.reduce(2) { count, byte in
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), 8, 9, 10, 12, 13: count + 2
            case ..<0x20: count + 6
            default: count + 1
            }
        }
    }
}

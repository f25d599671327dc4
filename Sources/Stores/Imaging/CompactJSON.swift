internal import Domain

/// Encodes JSON values as bytes that can be read in microseconds: a kind, and then a number, or a length and the
/// contents.
///
/// The reader trusts nothing: the process at the other end handles untrusted bytes.
enum CompactJSON {
    /// The maximum depth of nested values.
    private static let depthLimit = 8

    private enum Kind: UInt8 {
        case null, no, yes, integer, number, string, array, object
    }

    static func encode(_ value: JSONValue) -> [UInt8] {
        var bytes: [UInt8] = []
        append(value, &bytes)
        return bytes
    }

    /// Nil for bytes that are not exactly one value.
    static func decode(_ bytes: [UInt8]) -> JSONValue? {
        var rest = bytes[...]
        let value = read(&rest, depth: 0)
        return rest.isEmpty ? value : nil
    }

    private static func append(_ value: JSONValue, _ bytes: inout [UInt8]) {
        switch value {
        case .null: bytes.append(Kind.null.rawValue)
        case .bool(let flag): bytes.append((flag ? Kind.yes : .no).rawValue)
        case .integer(let number): append(.integer, UInt64(bitPattern: number), &bytes)
        case .number(let number): append(.number, number.bitPattern, &bytes)
        case .string(let text): append(.string, text, &bytes)
        case .array(let values):
            append(.array, UInt64(values.count), &bytes)
            for value in values { append(value, &bytes) }
        case .object(let members):
            append(.object, UInt64(members.count), &bytes)
            for (name, value) in members {
                append(.string, name, &bytes)
                append(value, &bytes)
            }
        }
    }

    private static func append(_ kind: Kind, _ number: UInt64, _ bytes: inout [UInt8]) {
        bytes.append(kind.rawValue)
        for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    private static func append(_ kind: Kind, _ text: String, _ bytes: inout [UInt8]) {
        append(kind, UInt64(text.utf8.count), &bytes)
        bytes += text.utf8
    }

    private static func read(_ rest: inout ArraySlice<UInt8>, depth: Int) -> JSONValue? {
        guard depth < depthLimit, let kind = rest.popFirst().flatMap(Kind.init(rawValue:)) else { return nil }
        switch kind {
        case .null: return .null
        case .no: return .bool(false)
        case .yes: return .bool(true)
        case .integer: return readNumber(&rest).map { .integer(Int64(bitPattern: $0)) }
        case .number: return readNumber(&rest).map { .number(Double(bitPattern: $0)) }
        case .string: return readText(&rest).map { .string($0) }
        case .array:
            return readItems(&rest) { rest in read(&rest, depth: depth + 1) }.map { .array($0) }
        case .object:
            let members = readItems(&rest) { rest -> (String, JSONValue)? in
                guard rest.popFirst() == Kind.string.rawValue, let name = readText(&rest),
                    let value = read(&rest, depth: depth + 1)
                else { return nil }
                return (name, value)
            }
            return members.map { .object(Dictionary($0, uniquingKeysWith: { first, _ in first })) }
        }
    }

    private static func readItems<Item>(
        _ rest: inout ArraySlice<UInt8>, _ item: (inout ArraySlice<UInt8>) -> Item?
    ) -> [Item]? {
        // Each item takes at least one byte, so a length beyond the bytes is wrong.
        guard let count = readNumber(&rest), count <= UInt64(rest.count) else { return nil }
        var items: [Item] = []
        for _ in 0..<count {
            guard let item = item(&rest) else { return nil }
            items.append(item)
        }
        return items
    }

    private static func readText(_ rest: inout ArraySlice<UInt8>) -> String? {
        guard let count = readNumber(&rest), count <= UInt64(rest.count) else { return nil }
        defer { rest = rest.dropFirst(Int(count)) }
        return String(decoding: rest.prefix(Int(count)), as: UTF8.self)
    }

    private static func readNumber(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        guard rest.count >= 8 else { return nil }
        defer { rest = rest.dropFirst(8) }
        return rest.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

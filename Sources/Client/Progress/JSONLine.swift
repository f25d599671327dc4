public import SystemIO

/// A JSON object on one line.
///
/// A name that is not UTF-8 is written without loss: each invalid byte becomes a lone surrogate, `\udc80` to `\udcff`,
/// as in Python (PEP 383); `os.fsencode` restores the bytes.
public struct JSONLine: Sendable {
    private var members: [String] = []

    public init(event: String) { add("event", event) }

    public mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        members.append(Self.quoted(Array(name.utf8)) + ":" + Self.quoted(Array(value.utf8)))
    }

    public mutating func add(_ name: String, _ value: FilePath) {
        members.append(Self.quoted(Array(name.utf8)) + ":" + Self.quoted(value.bytes))
    }

    public mutating func add(_ name: String, _ value: Int64) {
        members.append(Self.quoted(Array(name.utf8)) + ":\(value)")
    }

    public mutating func add(_ name: String, _ value: Bool) {
        members.append(Self.quoted(Array(name.utf8)) + ":\(value)")
    }

    /// Adds the count of each text.
    public mutating func add(_ name: String, _ counts: [String: Int]) {
        let entries = counts.sorted { $0.key < $1.key }.map { Self.quoted(Array($0.key.utf8)) + ":\($0.value)" }
        members.append(Self.quoted(Array(name.utf8)) + ":{" + entries.joined(separator: ",") + "}")
    }

    /// Without the line break.
    public var text: String { "{" + members.joined(separator: ",") + "}" }

    private static func quoted(_ bytes: [UInt8]) -> String {
        // The common case first: only printable ASCII that needs no escape.
        let isPlain = bytes.allSatisfy { (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }
        if isPlain { return "\"" + String(decoding: bytes, as: UTF8.self) + "\"" }
        var text = "\""
        for part in UTF8Parts(bytes) {
            switch part {
            case .byte(let byte): text += "\\udc" + String(byte, radix: 16)
            case .text("\""): text += "\\\""
            case .text("\\"): text += "\\\\"
            case .text(let scalar) where scalar.value < 0x20 || scalar.value == 0x7F:
                text += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            case .text(let scalar): text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}

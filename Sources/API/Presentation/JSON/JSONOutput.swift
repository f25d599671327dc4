/// Writes JSON (RFC 8259) into bytes, and closes inner containers as soon as an outer one continues.
///
/// `Encodable` does not report the end of a container; but values are encoded one after the other, so a container has
/// ended when an outer one is written to again.
final class JSONOutput {
    private(set) var bytes: [UInt8] = []
    /// For each open container, the outermost first: its closing byte, and whether it has an element already.
    private var open: [(end: UInt8, hasMember: Bool)] = []

    /// How many containers are open.
    var depth: Int { open.count }

    func begin(_ start: Character, _ end: Character) {
        bytes.append(start.asciiValue ?? 0)
        open.append((end.asciiValue ?? 0, false))
    }

    /// Closes the containers beyond a depth.
    func close(to depth: Int) {
        while open.count > depth { bytes.append(open.removeLast().end) }
    }

    /// Begins the next member of the container at a depth.
    func beginMember(at depth: Int) {
        close(to: depth)
        if open[depth - 1].hasMember { bytes.append(UInt8(ascii: ",")) }
        open[depth - 1].hasMember = true
    }

    func write(name: String) {
        write(name)
        bytes.append(UInt8(ascii: ":"))
    }

    func write(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Text that is JSON already.
    func write(raw text: String) { bytes.append(contentsOf: text.utf8) }

    func write(_ number: some BinaryInteger) { bytes.append(contentsOf: String(number).utf8) }

    /// A string in quotes, with escapes if necessary (RFC 8259, section 7). Strings without escapes are copied whole.
    func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            bytes.append(contentsOf: text.utf8)
        } else {
            bytes.append(contentsOf: Self.escaped(text))
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func escaped(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x0A: bytes += "\\n".utf8
            case 0x0D: bytes += "\\r".utf8
            case 0x09: bytes += "\\t".utf8
            case 0..<0x20: bytes += "\\u00".utf8 + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        return bytes
    }

    private static let digits = Array("0123456789abcdef".utf8)
}

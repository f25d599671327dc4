/// The unique name of an account, as used in URLs: 1 to 39 ASCII letters, digits, `-` and `_`, beginning with a
/// letter or digit. Two handles that differ in case only are the same.
public struct Handle: Hashable, Sendable, CustomStringConvertible {
    /// In the owner's spelling.
    public let description: String
    /// The form for comparisons.
    public let key: String

    /// Nil for text that is not a valid handle.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, bytes.count <= 39, Self.isLetterOrDigit(first),
            bytes.allSatisfy({ Self.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") })
        else { return nil }
        description = text
        key = text.lowercased()
    }

    public static let root = Handle(known: "root")

    private init(known text: String) { (description, key) = (text, text) }

    public static func == (left: Handle, right: Handle) -> Bool { left.key == right.key }
    public func hash(into hasher: inout Hasher) { hasher.combine(key) }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

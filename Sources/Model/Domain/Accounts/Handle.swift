/// The unique name of an account, as it stands in URLs: 1 to 39 letters of ASCII, digits, `-` and `_`, beginning with a
/// letter or digit. Two handles that differ in case only are the same.
public struct Handle: Hashable, Sendable, CustomStringConvertible {
    /// As its owner writes it.
    public let description: String
    /// What handles are compared by.
    public let key: String

    /// Nil for text that cannot be a handle.
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

public import SystemIO

/// A host and an optional port, as in `Host` and `Origin` (RFC 3986, section 3.2).
public struct Authority: Hashable, Sendable, CustomStringConvertible {
    /// Lower case; an IPv6 address without its brackets.
    public let host: String
    public let port: Int?
    /// The host as an address; nil for a name.
    public let address: IPAddress?

    /// Reads the text strictly: no user, no percent-encoding, and only the characters of host names.
    public init?(_ text: String) {
        // Some letters beyond ASCII have one of ASCII as their lower case.
        guard text.utf8.count <= 300, text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let bytes = text.lowercased().utf8
        let rest: Substring.UTF8View
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            host = String(Substring(bytes[..<end].dropFirst()))
            address = IPAddress(host)
            guard let address, !address.isIPv4 || host.utf8.contains(UInt8(ascii: ":")) else { return nil }
            rest = bytes[end...].dropFirst()
        } else {
            let end = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
            guard end > bytes.startIndex, bytes[..<end].allSatisfy(Self.isNameByte) else { return nil }
            host = String(Substring(bytes[..<end]))
            address = IPAddress(host)
            rest = bytes[end...]
        }
        guard rest.isEmpty || rest.first == UInt8(ascii: ":") else { return nil }
        let digits = rest.dropFirst()
        port = digits.allSatisfy(Self.isDigit) ? UInt16(Substring(digits)).map { Int($0) } : nil
        guard digits.isEmpty || port != nil else { return nil }
    }

    /// Whether the host is `localhost` or a loopback address. A name such as `127.example.org` is not.
    public var isLoopback: Bool { host == "localhost" || address?.isLoopback ?? false }

    public var description: String {
        (host.contains(":") ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}

public import SystemIO

/// A host and an optional port, as in `Host` and `Origin` (RFC 3986, section 3.2).
public struct Authority: Hashable, Sendable, CustomStringConvertible {
    /// Lower case; an IPv6 address without its brackets.
    public let host: String
    public let port: Int?

    /// Reads the text strictly: no user, no percent-encoding, and only the characters of host names.
    public init?(_ text: some StringProtocol) {
        let text = text.lowercased()
        guard text.utf8.count <= 300 else { return nil }
        let end = text.hasPrefix("[") ? text.firstIndex(of: "]") : text.firstIndex(of: ":") ?? text.endIndex
        guard let end else { return nil }
        let rest: Substring
        if text.hasPrefix("[") {
            let literal = text[text.index(after: text.startIndex)..<end]
            guard let address = IPAddress(literal), !address.isIPv4 || literal.contains(":") else { return nil }
            host = String(literal)
            rest = text[text.index(after: end)...]
        } else {
            host = String(text[..<end])
            guard !host.isEmpty, host.utf8.allSatisfy(Self.isNameByte) else { return nil }
            rest = text[end...]
        }
        guard rest.isEmpty || rest.first == ":" else { return nil }
        let digits = rest.dropFirst()
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        guard digits.isEmpty || UInt16(digits) != nil else { return nil }
        port = Int(digits)
    }

    /// The host as an address; nil for a name.
    public var address: IPAddress? { IPAddress(host) }

    /// Whether the host is `localhost` or a loopback address. A name such as `127.example.org` is not.
    public var isLoopback: Bool { host == "localhost" || address?.isLoopback ?? false }

    public var description: String {
        (host.contains(":") ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "")
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}

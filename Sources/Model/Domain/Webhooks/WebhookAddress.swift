/// The address of a receiver: `http` or `https`, a host, and whatever path and query follow.
///
/// It says nothing about what the host's name stands for.
public struct WebhookAddress: Hashable, Sendable, CustomStringConvertible {
    public static let maximumLength = 2000

    /// What is wrong with a text, in words for whoever has sent it.
    public struct Refusal: Error, Hashable {
        public let reason: String
    }

    public let description: String
    /// The name or the IP address, without brackets.
    public let host: String

    /// - Throws: `Refusal`.
    public init(_ text: String) throws(Refusal) {
        guard text.utf8.count <= Self.maximumLength else {
            throw Refusal(reason: "The address has more than \(Self.maximumLength) characters.")
        }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }) else {
            throw Refusal(
                reason: "The address has characters that must be percent-encoded, or written as xn-- in a host.")
        }
        guard let scheme = ["https://", "http://"].first(where: { text.lowercased().hasPrefix($0) }) else {
            throw Refusal(reason: "The address must begin with https:// or http://.")
        }
        guard !text.contains("#") else { throw Refusal(reason: "The address must not have a fragment (#).") }
        let authority = text.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else {
            throw Refusal(reason: "The address must not have a user or a password: put a secret into the path.")
        }
        guard let (host, port) = Self.split(authority) else {
            throw Refusal(reason: "The address has no host, or none that can be read.")
        }
        if let port {
            guard let number = UInt16(port), port.utf8.allSatisfy({ (48...57).contains($0) }) else {
                throw Refusal(reason: "The port must be a number from 1 to 65535.")
            }
            guard number >= 1024 || number == 80 || number == 443 else {
                throw Refusal(
                    reason: "The port must be 80, 443, or one from 1024 on: those between are of other services.")
            }
        }
        (description, self.host) = (text, host)
    }

    /// The host and the port of an authority (RFC 3986, section 3.2); nil if there is no host.
    private static func split(_ authority: Substring) -> (host: String, port: Substring?)? {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            let host = authority[..<end].dropFirst()
            let rest = authority[end...].dropFirst()
            guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { return nil }
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
            return (String(host), rest.isEmpty ? nil : rest.dropFirst())
        }
        let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let host = parts.first, !host.isEmpty, host.utf8.count <= 253,
            host.utf8.allSatisfy({ isNamePart($0) })
        else { return nil }
        return (String(host), parts.count == 2 ? parts[1] : nil)
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

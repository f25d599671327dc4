public import SystemIO

/// The proxies whose forwarding fields are believed, and how these are read.
///
/// A field of another peer changes nothing: anybody can write one. Whoever may connect to a Unix socket of the server is
/// a proxy: the permissions of the socket decide who may.
public struct TrustedProxies: Sendable {
    private let networks: [IPNetwork]

    public init(_ networks: [IPNetwork]) { self.networks = networks }

    public var isEmpty: Bool { networks.isEmpty }

    public func contains(_ address: String) -> Bool {
        if address == HTTPRequest.Connection.unixAddress { return true }
        guard !networks.isEmpty, let address = IPAddress(address) else { return false }
        return networks.contains { $0.contains(address) }
    }

    /// The request as the client sent it to the outermost trusted proxy.
    ///
    /// - Throws: `malformed` if the fields cannot be read or contradict each other.
    public func original(of request: HTTPRequest) throws(HTTPRefusal) -> HTTPRequest {
        guard contains(request.connection.address) else { return request }
        var request = request
        let forwarded = try request.fields["Forwarded"].map { (text) throws(HTTPRefusal) in try Forwarded.read(text) }
        let named = forwarded.map { outermost($0.map { $0["for"] ?? "" }) }
        let listed = request.fields["X-Forwarded-For"].map { outermost(Self.members($0)) }
        if let named, let listed, named.address != listed.address {
            // A proxy that writes one of them passes the client's own version of the other on.
            throw .malformed(
                "Forwarded and X-Forwarded-For name different clients: the proxy must write or remove both")
        }
        let client = listed?.address ?? named?.address
        request.origin.client = client?.description ?? request.connection.address
        let element = named?.index.flatMap { forwarded?[$0] } ?? forwarded?.last
        if let scheme = Self.last(request.fields["X-Forwarded-Proto"]) ?? element?["proto"] {
            request.origin.scheme = try Self.scheme(scheme)
        }
        if let host = Self.last(request.fields["X-Forwarded-Host"]) ?? element?["host"] {
            request.setHost(host)
        }
        if let prefix = Self.last(request.fields["X-Forwarded-Prefix"]) {
            request.origin.pathPrefix = try Self.prefix(prefix)
        }
        return request
    }

    /// The last address of a chain that is no trusted proxy, and where it is; the first one if all are. The client may
    /// have written what is left of it.
    private func outermost(_ chain: [String]) -> (address: IPAddress?, index: Int?) {
        var found: (IPAddress?, Int?) = (nil, nil)
        for (index, text) in chain.enumerated().reversed() {
            guard let address = Self.address(text) else { break }
            found = (address, index)
            if !networks.contains(where: { $0.contains(address) }) { break }
        }
        return found
    }

    /// An address, which may be in brackets and may have a port.
    private static func address(_ text: String) -> IPAddress? {
        IPAddress(text) ?? Authority(text)?.address
    }

    private static func scheme(_ text: String) throws(HTTPRefusal) -> String {
        let scheme = text.lowercased()
        guard scheme == "http" || scheme == "https" else {
            throw .malformed("the forwarded scheme must be http or https")
        }
        return scheme
    }

    /// A path without a slash at its end.
    private static func prefix(_ text: String) throws(HTTPRefusal) -> String {
        guard let prefix = PathPrefix.normalized(text) else {
            throw .malformed("X-Forwarded-Prefix must be a path such as /pictures")
        }
        return prefix
    }

    private static func last(_ text: String?) -> String? { text.flatMap { members($0).last } }

    private static func members(_ text: String) -> [String] {
        text.split(separator: ",").map { String($0.trimmingBlanks) }
    }
}

/// The path below which a proxy offers the server.
public enum PathPrefix {
    private static let maximumBytes = 200

    /// The path without a slash at its end, empty for the root; nil if it is not such a path.
    public static func normalized(_ text: String) -> String? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: true)
        let path = parts.map { "/" + $0 }.joined()
        guard text.hasPrefix("/") || text.isEmpty, path.utf8.count <= maximumBytes,
            text == path || text == path + "/"
        else { return nil }
        let isPlain = path.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: "/-._~".utf8.contains(byte)
            }
        }
        return isPlain && !parts.contains(".") && !parts.contains("..") ? path : nil
    }
}

/// The elements of a `Forwarded` field (RFC 7239, section 4).
enum Forwarded {
    /// The pairs of each element, by names in lower case.
    static func read(_ text: String) throws(HTTPRefusal) -> [[String: String]] {
        var elements: [[String: String]] = []
        for element in split(text, at: ",") where !element.trimmingBlanks.isEmpty {
            var pairs: [String: String] = [:]
            for pair in split(element, at: ";") where !pair.trimmingBlanks.isEmpty {
                let parts = pair.trimmingBlanks.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, !parts[0].isEmpty, pairs[parts[0].lowercased()] == nil else {
                    throw .malformed("the field Forwarded has a malformed element")
                }
                pairs[parts[0].lowercased()] = unquoted(parts[1])
            }
            elements.append(pairs)
        }
        return elements
    }

    /// The parts between separators that are not in quotes.
    private static func split(_ text: some StringProtocol, at separator: Character) -> [String] {
        var parts = [""]
        var (isQuoted, isEscaped) = (false, false)
        for character in text {
            if character == separator, !isQuoted {
                parts.append("")
                continue
            }
            if character == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = character == "\\" && !isEscaped
            parts[parts.count - 1].append(character)
        }
        return parts
    }

    private static func unquoted(_ text: Substring) -> String {
        guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return String(text) }
        var result = ""
        var isEscaped = false
        for character in text.dropFirst().dropLast() {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                result.append(character)
                isEscaped = false
            }
        }
        return result
    }
}

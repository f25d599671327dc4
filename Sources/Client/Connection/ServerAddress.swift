/// The address of a server: scheme, host and port, normalised.
public struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
    /// `http://localhost:5000`: without a slash at the end, without the scheme's default port.
    public let description: String

    /// Parses an address as typed by a user; the scheme defaults to `http://`.
    ///
    /// - Throws: `ClientError` with `usage`, also for paths, queries and credentials in the address.
    public init(_ text: String) throws(ClientError) {
        var rest = text[...]
        let scheme: String
        if let range = text.firstRange(of: "://") {
            scheme = text[..<range.lowerBound].lowercased()
            rest = text[range.upperBound...]
        } else {
            scheme = "http"
        }
        while rest.last == "/" { rest = rest.dropLast() }
        guard scheme == "http" || scheme == "https" else {
            throw Self.malformed(text, "it must begin with http:// or https://")
        }
        guard !rest.contains("@") else {
            throw Self.malformed("…", "it must hold no password: log in with tintype login")
        }
        guard !rest.contains(where: { "/?#\\ ".contains($0) || $0.isWhitespace }) else {
            throw Self.malformed(text, "it must be a host and a port, without a path")
        }
        let (host, port) = try Self.split(rest, of: text)
        let isStandard = port == nil || port == (scheme == "http" ? 80 : 443)
        description = "\(scheme)://\(host.lowercased())" + (isStandard ? "" : port.map { ":\($0)" } ?? "")
    }

    private static func split(_ rest: Substring, of text: String) throws(ClientError) -> (String, Int?) {
        let host: Substring
        if rest.first == "[", let end = rest.firstIndex(of: "]") {
            host = rest[...end]
        } else {
            host = rest.prefix { $0 != ":" }
        }
        guard !host.isEmpty else { throw malformed(text, "it names no host") }
        let behind = rest[host.endIndex...]
        if behind.isEmpty { return (String(host), nil) }
        guard behind.first == ":", let port = Int(behind.dropFirst()), (1...65535).contains(port) else {
            throw malformed(text, "its port must be a number from 1 to 65535")
        }
        return (String(host), port)
    }

    private static func malformed(_ text: String, _ reason: String) -> ClientError {
        ClientError(.usage, "'\(text)' is not the address of a server: \(reason), such as http://localhost:5000")
    }
}

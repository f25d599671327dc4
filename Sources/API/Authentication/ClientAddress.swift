internal import HTTPTypes

/// The address that a request comes from, for limits by address.
enum ClientAddress {
    /// The peer's address. Behind a proxy on this machine it is the last one in the field, which the proxy has added:
    /// anybody can have written those before it.
    static func of(_ request: HTTPRequest) -> String {
        guard LoopbackName.isOne(request.remoteAddress), let field = request.fields["X-Forwarded-For"],
            let last = field.split(separator: ",").last?.drop(while: { $0 == " " }), !last.isEmpty
        else { return request.remoteAddress }
        return String(last.prefix(100))
    }
}

/// A host and port as in `Host` and `Origin`.
struct Authority: Equatable {
    /// Lower case; an IPv6 address without its brackets.
    let host: String
    let port: String?

    init(_ text: some StringProtocol) {
        let text = text.lowercased()
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            host = String(text[text.index(after: text.startIndex)..<end])
            let rest = text[text.index(after: end)...]
            port = rest.hasPrefix(":") ? String(rest.dropFirst()) : nil
        } else {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            host = String(parts[0])
            port = parts.count == 2 ? String(parts[1]) : nil
        }
    }
}

/// Names of the machine itself.
public enum LoopbackName {
    public static func isOne(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host.hasSuffix(".localhost") || isIPv4(host)
    }

    /// Four numbers, the first of them 127: a host name such as `127.example.org` does not count.
    private static func isIPv4(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

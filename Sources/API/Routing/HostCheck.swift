public import HTTPTypes

/// Refuses requests for hosts that are not this server's, and settles the address under which clients reach it.
///
/// A page whose host name is rebound to this machine asks for its own name. An address cannot be rebound, so that
/// every address is accepted.
public struct HostCheck: HTTPHandler {
    private let next: any HTTPHandler
    private let names: Set<String>
    private let publicURL: PublicURL?

    /// - Parameters:
    ///   - names: the names, beside `localhost` and that of the public URL, under which clients reach the server.
    ///   - publicURL: where clients reach the server; nil to use what each request says.
    public init(_ next: any HTTPHandler, names: Set<String>, publicURL: PublicURL?) {
        (self.next, self.publicURL) = (next, publicURL)
        self.names = names.union(["localhost"]).union(publicURL.map { [$0.authority.host] } ?? [])
    }

    public func respond(to request: HTTPRequest) async -> HTTPResponse {
        if let text = request.fields["Host"] {
            guard let authority = request.authority else {
                return refuse(.malformed("Host must be a name or an address, with or without a port"))
            }
            guard names.contains(authority.host) || authority.address != nil else {
                return Problem(
                    .misdirectedRequest,
                    "This server does not answer for the host '\(text.prefix(100))': whoever runs it can allow the name with --allowed-hosts or --public-url."
                ).response
            }
        }
        guard let publicURL else { return await next.respond(to: request) }
        var publicRequest = request
        publicRequest.origin.scheme = publicURL.scheme
        publicRequest.origin.pathPrefix = publicURL.pathPrefix
        publicRequest.origin.publicAuthority = publicURL.authority
        return await next.respond(to: publicRequest)
    }

    public func refuse(_ refusal: HTTPRefusal) -> HTTPResponse { next.refuse(refusal) }
}

/// Where clients reach the server, such as `https://images.example.org/pictures`.
public struct PublicURL: Sendable, Equatable, CustomStringConvertible {
    let scheme: String
    let authority: Authority
    /// Without a slash at its end.
    let pathPrefix: String

    /// Reads a URL with a scheme, a host and an optional path; nil for every other text.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3, ["http:", "https:"].contains(parts[0]), parts[1].isEmpty,
            let authority = Authority(String(parts[2])),
            let prefix = PathPrefix.normalized(parts.count == 4 ? "/\(parts[3])" : "")
        else { return nil }
        (scheme, self.authority, pathPrefix) = (String(parts[0].dropLast()), authority, prefix)
    }

    public var description: String { "\(scheme)://\(authority)\(pathPrefix)" }
}

extension HTTPRequest {
    /// Scheme, host and path prefix under which the client reaches the server, without a slash at the end.
    ///
    /// `HostCheck` has checked the host.
    var publicBase: String {
        let host = (origin.publicAuthority ?? authority).map { "\($0)" } ?? "localhost"
        return "\(origin.scheme)://\(host)\(origin.pathPrefix)"
    }
}

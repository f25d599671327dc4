internal import HTTPTypes
internal import Services

/// The credentials of a request: a bearer token (RFC 6750) takes precedence over a cookie.
enum RequestCredentials {
    /// The field that names the account that a client of an open server acts as.
    private static let accountField = "Tintype-Account"

    static func read(_ request: HTTPRequest) throws -> Authenticator.Credentials {
        if let text = request.fields["Authorization"] {
            let parts = text.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer", !parts[1].isEmpty else {
                throw Problem(.unauthorized, "Authorization must be 'Bearer' and a token.")
            }
            return .bearer(String(parts[1]))
        }
        if let token = SessionCookies.token(of: request) { return .cookie(token) }
        return .none(actingAs: request.fields[accountField], isLocal: isLocal(request))
    }

    /// Whether the client is on this machine and has addressed it directly by one of the machine's own names. That is
    /// not so for a page that uses DNS rebinding, nor for a proxy that forwards requests of others.
    private static func isLocal(_ request: HTTPRequest) -> Bool {
        guard request.fields["Forwarded"] == nil, request.fields["X-Forwarded-For"] == nil else { return false }
        guard let host = request.fields["Host"] else { return true }
        // The fast path for the values that nearly every such request has.
        if host.hasPrefix("127.0.0.1:") || host.hasPrefix("localhost:") { return true }
        return LoopbackName.isOne(Authority(host).host)
    }
}

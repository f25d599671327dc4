internal import HTTPTypes
internal import Services

/// What a request shows of who sends it: a bearer token (RFC 6750) before a cookie.
enum RequestCredentials {
    /// Names the account that a client of an open server acts as.
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

    /// Whether the client has asked this machine by a name of its own, and directly: a page that has led its browser here
    /// by a name of its own making, and a proxy that speaks for others, have not.
    private static func isLocal(_ request: HTTPRequest) -> Bool {
        guard request.fields["Forwarded"] == nil, request.fields["X-Forwarded-For"] == nil else { return false }
        guard let host = request.fields["Host"] else { return true }
        // What nearly every such request says is told without taking it apart.
        if host.hasPrefix("127.0.0.1:") || host.hasPrefix("localhost:") { return true }
        return LoopbackName.isOne(Authority(host).host)
    }
}

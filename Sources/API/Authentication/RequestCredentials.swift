internal import HTTPTypes
internal import Services

/// The credentials of a request: a bearer token (RFC 6750) takes precedence over a cookie.
enum RequestCredentials {
    /// The field that names the account that a client of an open server acts as, or an admin acts for.
    private static let accountField = "Tintype-Account"

    /// The account that a request with credentials is to act for; nil for the one whose they are.
    static func account(of request: HTTPRequest) -> String? {
        areShown(in: request) ? request.fields[accountField] : nil
    }

    /// Whether the request has any, which need not be readable.
    static func areShown(in request: HTTPRequest) -> Bool {
        request.fields["Authorization"] != nil || SessionCookies.token(of: request) != nil
    }

    static func read(_ request: HTTPRequest) throws -> Authenticator.Credentials {
        if let text = request.fields["Authorization"] {
            let parts = text.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer", !parts[1].isEmpty else {
                throw Problem(.unauthorized, "Authorization must be 'Bearer' and a token.")
            }
            return .bearer(String(parts[1]))
        }
        if let token = SessionCookies.token(of: request) { return .cookie(token) }
        return .none(actingAs: request.fields[accountField])
    }
}

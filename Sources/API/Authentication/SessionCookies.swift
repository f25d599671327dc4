internal import Domain
internal import HTTPTypes
internal import Services

/// A session in cookies (RFC 6265) that scripts cannot read and that browsers do not send with posts from other sites.
enum SessionCookies {
    private static let tokenName = "tintype_session"
    private static let refreshName = "tintype_refresh"
    private static let deviceName = "tintype_device"
    /// As long as the keys that make device tokens are valid at least, in seconds.
    private static let deviceSeconds: Int64 = 60 * 86_400
    /// Browsers send the refresh token only to the route that uses it.
    private static let refreshRoute = "/v1/sessions"

    static func token(of request: HTTPRequest) -> String? { value(tokenName, of: request) }

    static func refreshToken(of request: HTTPRequest) -> String? { value(refreshName, of: request) }

    /// What an earlier login has left with the browser.
    static func deviceToken(of request: HTTPRequest) -> String? { value(deviceName, of: request) }

    /// Adds the tokens of a session to a response.
    static func set(_ grant: Sessions.Grant, in response: inout HTTPResponse, for request: HTTPRequest) {
        let now = Timestamp.now
        add(tokenName, grant.token, "/", grant.expires.seconds - now.seconds, to: &response, request)
        add(
            refreshName, grant.refreshToken, refreshRoute, grant.refreshExpires.seconds - now.seconds, to: &response,
            request)
        if let device = grant.deviceToken {
            add(deviceName, device, refreshRoute, deviceSeconds, to: &response, request)
        }
    }

    static func clear(in response: inout HTTPResponse, for request: HTTPRequest) {
        add(tokenName, "", "/", 0, to: &response, request)
        add(refreshName, "", refreshRoute, 0, to: &response, request)
    }

    private static func add(
        _ name: String, _ value: String, _ route: String, _ seconds: Int64, to response: inout HTTPResponse,
        _ request: HTTPRequest
    ) {
        Cookies.add(name, value, below: route, seconds: seconds, to: &response, for: request)
    }

    private static func value(_ name: String, of request: HTTPRequest) -> String? { Cookies.value(name, of: request) }
}

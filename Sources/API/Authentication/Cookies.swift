internal import HTTPTypes

/// Cookies (RFC 6265) that scripts cannot read and that browsers do not send with posts from other sites.
enum Cookies {
    /// Adds a cookie to a response.
    ///
    /// - Parameters:
    ///   - route: browsers send it only to this path and those below.
    ///   - seconds: how long they keep it.
    static func add(
        _ name: String, _ value: String, below route: String, seconds: Int64, to response: inout HTTPResponse,
        for request: HTTPRequest
    ) {
        let secure = request.origin.scheme == "https" ? "; Secure" : ""
        let path = Links(request).path(route)
        response.fields.append(
            "Set-Cookie", "\(name)=\(value); Path=\(path); Max-Age=\(seconds); HttpOnly; SameSite=Lax\(secure)")
    }

    static func value(_ name: String, of request: HTTPRequest) -> String? {
        for pair in (request.fields["Cookie"] ?? "").split(whereSeparator: { $0 == ";" || $0 == "," }) {
            let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            if parts.count == 2, parts[0] == name { return String(parts[1]) }
        }
        return nil
    }
}

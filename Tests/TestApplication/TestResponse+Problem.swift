import Domain
import HTTPTypes

extension TestResponse {
    /// The problem (RFC 9457) in the body in one line, such as `404 not-found: There is no such image.`
    ///
    /// If the response is not a problem, or its parts contradict each other, the line says so instead.
    public var problem: String {
        guard fields["Content-Type"] == "application/problem+json" else {
            return "\(status), which is no problem: \(text)"
        }
        guard fields["Cache-Control"] == "no-store" else { return "a problem that may be kept in caches" }
        guard self["status"] == .integer(Int64(status)) else { return "a problem with another status: \(text)" }
        guard self["title"].string == Self.titles[status] else { return "a problem with another title: \(text)" }
        let challenge = fields["WWW-Authenticate"]
        guard challenge == (status == 401 ? "Bearer realm=\"tintype\"" : nil) else { return "a wrong challenge" }
        guard let type = self["type"].string, type.hasPrefix("/problems/"), let detail = self["detail"].string else {
            return "a problem without a type or detail: \(text)"
        }
        return "\(status) \(type.dropFirst("/problems/".count)): \(detail)"
    }

    /// The reason phrases of RFC 9110, section 15, and RFC 6585.
    private static let titles = [
        400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
        409: "Conflict", 410: "Gone", 412: "Precondition Failed", 413: "Content Too Large",
        415: "Unsupported Media Type", 416: "Range Not Satisfiable", 417: "Expectation Failed",
        422: "Unprocessable Content", 429: "Too Many Requests", 460: "Checksum Mismatch",
        431: "Request Header Fields Too Large",
        500: "Internal Server Error", 503: "Service Unavailable", 507: "Insufficient Storage",
    ]
}

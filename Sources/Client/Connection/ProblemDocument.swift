internal import Chronology
internal import FoundationEssentials
internal import HTTPClient
internal import HTTPTypes

/// A failure that the server reports (RFC 9457).
struct ProblemDocument {
    let status: Int
    /// The last part of the problem's type, such as `unsupported-format`; empty if there is no document.
    let name: String
    let detail: String
    /// Seconds after which to retry, if the server says so.
    let retryAfter: Double?

    private struct Body: Decodable {
        let type: String?, title: String?, detail: String?
    }

    init(_ response: HTTPClientResponse) {
        status = response.status
        // A body that is not a problem document, such as a proxy's error page, is reported by its status alone.
        let body = try? JSONDecoder().decode(Body.self, from: Data(response.body))
        name = body?.type?.split(separator: "/").last.map(String.init) ?? ""
        detail = body?.detail ?? body?.title ?? "the server answers with status \(response.status)"
        retryAfter = response.fields["Retry-After"].flatMap(Self.seconds)
    }

    /// The failure as a `ClientError`.
    var error: ClientError {
        switch status {
        case 401, 403: ClientError(.notPermitted, detail)
        case 404: ClientError(.notFound, detail)
        // All other requests would be refused for the same reason.
        case 507: ClientError(.unavailable, "the server has no room left: \(detail)")
        case 300...399:
            ClientError(.refused, "the server sends elsewhere (status \(status)): give that address to --server")
        case 408, 429, 503: ClientError(.unavailable, detail)
        default: ClientError(.refused, detail)
        }
    }

    /// A number of seconds, or a date (RFC 9110, section 10.2.3).
    private static func seconds(_ text: String) -> Double? {
        if let seconds = Int(text) { return Double(max(0, seconds)) }
        return HTTPDate.parse(text).map { Double(max(0, $0.seconds - Timestamp.now.seconds)) }
    }
}

internal import Domain
internal import HTTPTypes
internal import Services
internal import Streams

/// A failure as the client sees it (RFC 9457): what went wrong, and what to do about it.
struct Problem: Error {
    let status: HTTPStatus
    /// The last part of the problem's type, stable for programs.
    let name: String
    let detail: String
    var retryAfterSeconds: Int?
    /// The bytes that an account may still upload within its quota.
    var bytesLeft: Int64?
    /// The id of the request, for failures that only the log explains.
    var requestID: String?
    /// The position of the mistake in the text, in characters (Unicode code points) from 0.
    var position: Int?
    /// Requested files that are not available.
    var unavailable: UnavailableFilesView?

    init(_ status: HTTPStatus, name: String? = nil, _ detail: String) {
        self.status = status
        self.name = name ?? status.reason.lowercased().map { $0 == " " ? "-" : String($0) }.joined()
        self.detail = detail
    }

    static func badRequest(_ detail: String) -> Problem { Problem(.badRequest, detail) }

    private struct Body: Encodable {
        let type: String, title: String, status: Int, detail: String
        let requestID: String?, bytesLeft: Int64?, position: Int?, unavailable: UnavailableFilesView?

        enum CodingKeys: String, CodingKey {
            case type, title, status, detail, position, unavailable
            case requestID = "request_id"
            case bytesLeft = "bytes_left"
        }
    }

    private var body: Body {
        Body(
            type: "/problems/\(name)", title: status.reason, status: status.code, detail: detail, requestID: requestID,
            bytesLeft: bytesLeft, position: position, unavailable: unavailable)
    }

    /// The problem as a member of a larger answer.
    var json: JSONValue {
        .object([
            "type": .string("/problems/\(name)"), "title": .string(status.reason),
            "status": .integer(Int64(status.code)),
            "detail": .string(detail),
        ])
    }

    var response: HTTPResponse {
        var response = HTTPResponse.json(status, body)
        response.fields["Content-Type"] = "application/problem+json"
        response.fields["Cache-Control"] = "no-store"
        if status == .unauthorized { response.fields["WWW-Authenticate"] = "Bearer realm=\"tintype\"" }
        if let retryAfterSeconds { response.fields["Retry-After"] = String(retryAfterSeconds) }
        return response
    }
}

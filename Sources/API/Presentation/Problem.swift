internal import Domain
internal import HTTPTypes
internal import Services
internal import Streams

/// A failure as the client sees it (RFC 9457): what went wrong, and what to do about it.
struct Problem: Error {
    let type: ProblemType
    let detail: String
    /// The value of the request that is at fault, if it is one.
    var fault: Fault?
    var retryAfterSeconds: Int?
    /// The bytes that an account may still upload within its quota.
    var bytesLeft: Int64?
    /// How many private images others would see.
    var privateImages: Int64?
    /// The id of the request, for failures that only the log explains.
    var requestID: String?
    /// The position of the mistake in the text, in characters (Unicode code points) from 0.
    var position: Int?
    /// Further fields of the response.
    var fields: HTTPFields = [:]
    /// Requested files that are not available.
    var unavailable: UnavailableFilesView?

    /// The value of a request that is at fault.
    enum Fault: Hashable {
        /// A parameter of the path or the query, or a field of a form, by its name.
        case parameter(String)
        /// A header field, by its name.
        case header(String)
        /// A member of a JSON body, as a JSON pointer (RFC 6901).
        case pointer(String)

        /// Longer names are the sender's mistake, and are not sent back.
        private static let maximumBytes = 1000

        /// The member of a problem that says so, and its value; nil for a value that is too long.
        fileprivate var member: (name: String, value: String)? {
            let member =
                switch self {
                case .parameter(let name): (name: "parameter", value: name)
                case .header(let name): (name: "header", value: name)
                case .pointer(let text): (name: "pointer", value: text)
                }
            return member.value.utf8.count <= Self.maximumBytes ? member : nil
        }
    }

    init(_ type: ProblemType, at fault: Fault? = nil, _ detail: String) {
        (self.type, self.fault, self.detail) = (type, fault, detail)
    }

    var status: HTTPStatus { type.status }

    static func badRequest(_ detail: String, at fault: Fault? = nil) -> Problem {
        Problem(.badRequest, at: fault, detail)
    }

    private struct Body: Encodable {
        let type: String, title: String, status: Int, detail: String
        let parameter: String?, header: String?, pointer: String?
        let requestID: String?, bytesLeft: Int64?, privateImages: Int64?, position: Int?
        let unavailable: UnavailableFilesView?

        enum CodingKeys: String, CodingKey {
            case type, title, status, detail, parameter, header, pointer, position, unavailable
            case requestID = "request_id"
            case bytesLeft = "bytes_left"
            case privateImages = "private_images"
        }
    }

    private var body: Body {
        func named(_ name: String) -> String? { fault?.member.flatMap { $0.name == name ? $0.value : nil } }
        return Body(
            type: type.path, title: status.reason, status: status.code, detail: detail, parameter: named("parameter"),
            header: named("header"), pointer: named("pointer"), requestID: requestID, bytesLeft: bytesLeft,
            privateImages: privateImages, position: position, unavailable: unavailable)
    }

    /// The problem as a member of a larger answer.
    var json: JSONValue {
        var members: [String: JSONValue] = [
            "type": .string(type.path), "title": .string(status.reason), "status": .integer(Int64(status.code)),
            "detail": .string(detail),
        ]
        if let (name, value) = fault?.member { members[name] = .string(value) }
        return .object(members)
    }

    var response: HTTPResponse {
        var response = HTTPResponse.json(status, body)
        response.fields["Content-Type"] = "application/problem+json"
        response.fields["Cache-Control"] = "no-store"
        if status == .unauthorized { response.fields["WWW-Authenticate"] = "Bearer realm=\"tintype\"" }
        for (name, value) in fields { response.fields[name] = value }
        if let retryAfterSeconds { response.fields["Retry-After"] = String(retryAfterSeconds) }
        return response
    }
}

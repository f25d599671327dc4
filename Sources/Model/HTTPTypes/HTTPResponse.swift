public import Streams
public import SystemIO

/// The response of a handler.
public struct HTTPResponse: Sendable {
    public var status: HTTPStatus
    public var fields: HTTPFields
    public var body: HTTPBody
    /// For whom the request was answered, for the log; not sent.
    public var actor: String?
    /// The route that answered, by its method and pattern, for metrics; nil if there is none. It is not sent.
    public var route: RouteName?

    public init(_ status: HTTPStatus, fields: HTTPFields = [:], body: HTTPBody = .empty) {
        (self.status, self.fields, self.body) = (status, fields, body)
    }
}

/// A route as metrics name it: there are only so many, whatever clients send. Each route has one object, by whose identity
/// it is found again, since comparing texts would cost more than many a response.
public final class RouteName: Sendable {
    public let method: HTTPMethod
    /// Such as `/v1/images/{id}`.
    public let pattern: String

    public init(method: HTTPMethod, pattern: String) { (self.method, self.pattern) = (method, pattern) }
}

/// The body of a response. If the method is HEAD, only its length is used and its bytes are not read.
public enum HTTPBody: Sendable {
    case empty
    case bytes([UInt8])
    /// A part of an open file, sent by the kernel.
    case file(FileSlice)
    /// Bytes and parts of files, one after the other, opened while others are sent.
    case segments(length: Int64, SegmentStream)
    /// Bytes that are made while they are sent; with the length if it is known, otherwise the body is chunked.
    case stream(length: Int64?, ByteStream)

    /// Bytes of the body, if they are known.
    public var length: Int64? {
        switch self {
        case .empty: 0
        case .bytes(let bytes): Int64(bytes.count)
        case .file(let slice): slice.length
        case .segments(let length, _): length
        case .stream(let length, _): length
        }
    }
}

/// Handles requests.
public protocol HTTPHandler: Sendable {
    /// Answers one request; a failure is a response too. Cancelled when the client goes away.
    func respond(to request: HTTPRequest) async -> HTTPResponse

    /// The response to a request that the server refuses before any handler sees it.
    func refuse(_ refusal: HTTPRefusal) -> HTTPResponse

    /// Takes note of a request that no handler has seen.
    func noteUnread(_ request: UnreadRequest)
}

extension HTTPHandler {
    public func noteUnread(_ request: UnreadRequest) {}
}

/// A request that no handler has seen: it was refused, or ended before its head was complete.
public struct UnreadRequest: Hashable, Sendable {
    /// The address of the peer, which may be a proxy.
    public let client: String
    public let path: String
    public let reason: String
    /// The status of the answer; nil if the server's HTTP library has answered, or nobody.
    public let status: HTTPStatus?

    public init(client: String, path: String, reason: String, status: HTTPStatus?) {
        (self.client, self.path, self.reason, self.status) = (client, path, reason, status)
    }
}

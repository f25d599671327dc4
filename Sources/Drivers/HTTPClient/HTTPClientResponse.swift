public import HTTPTypes

/// A response, its body apart if it was streamed.
public struct HTTPClientResponse: Sendable {
    /// 100 to 599; interim responses are not shown.
    public let status: Int
    public let fields: HTTPFields
    /// The body if it was collected; empty if it went to a sink.
    public let body: [UInt8]

    public init(status: Int, fields: HTTPFields, body: [UInt8] = []) {
        (self.status, self.fields, self.body) = (status, fields, body)
    }
}

/// What takes the body of a response.
public enum HTTPResponseSink: Sendable {
    /// Into memory, up to so many bytes; more fail with `tooMuchData`.
    case memory(limit: Int)
    /// Piece by piece to `write`, on the thread that works: it may block, and what it throws ends the request and is
    /// thrown on. Bodies of responses that `accepts` refuses are collected, up to 1 MiB.
    case stream(
        accepts: @Sendable (HTTPClientResponse) throws -> Bool, write: @Sendable ([UInt8]) throws -> Void)
}

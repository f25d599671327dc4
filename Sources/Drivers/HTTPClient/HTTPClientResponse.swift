public import HTTPTypes

/// A response, without its body if that was streamed.
public struct HTTPClientResponse: Sendable {
    /// 100 to 599; interim responses are skipped.
    public let status: Int
    public let fields: HTTPFields
    /// The body if it was collected; empty if it went to a sink.
    public let body: [UInt8]

    public init(status: Int, fields: HTTPFields, body: [UInt8] = []) {
        (self.status, self.fields, self.body) = (status, fields, body)
    }
}

/// The receiver of a response's body.
public enum HTTPResponseSink: Sendable {
    /// Into memory, up to that many bytes; more fail with `tooMuchData`.
    case memory(limit: Int)
    /// None of it: at most so many bytes are read and dropped. Whether the body is complete makes no difference to the
    /// response, not even if the time is over before it is.
    case none(limit: Int)
    /// Piece by piece to `write`, on the transfer's thread: it may block, and an error that it throws ends the request
    /// and is rethrown. Bodies of responses that `accepts` refuses are collected, up to 1 MiB.
    case stream(
        accepts: @Sendable (HTTPClientResponse) throws -> Bool, write: @Sendable ([UInt8]) throws -> Void)
}

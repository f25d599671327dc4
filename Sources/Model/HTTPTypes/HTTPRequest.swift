public import Streams

/// A request as a handler sees it: the head is complete, the body is arriving.
public struct HTTPRequest: Sendable {
    public let method: HTTPMethod
    public let target: RequestTarget
    public let fields: HTTPFields
    /// The address of the peer, without its port.
    public let remoteAddress: String
    /// Identifies this request in logs and in the `X-Request-Id` field of its response.
    public let id: String
    /// Bytes of the body if `Content-Length` says so; nil for a chunked body; 0 if there is none.
    public let contentLength: Int64?
    /// The body. It is not asked for (no `100 Continue`) before it is read.
    public let body: ByteStream

    public init(
        method: HTTPMethod, target: RequestTarget, fields: HTTPFields, remoteAddress: String, id: String,
        contentLength: Int64?, body: ByteStream
    ) {
        (self.method, self.target, self.fields) = (method, target, fields)
        (self.remoteAddress, self.id) = (remoteAddress, id)
        (self.contentLength, self.body) = (contentLength, body)
    }
}

/// What the server allows a client to take. Every bound has an answer of its own: see `HTTPRefusal`.
public struct ServerLimits: Sendable {
    /// Open connections; one more is answered 503 and closed.
    public var connections = 4096
    /// Open connections from one address; one more is answered 503 and closed.
    public var connectionsPerAddress = 1024
    /// Bytes of a request's fields: 431 beyond.
    public var headerBytes = 16 * 1024
    /// Bytes of a request's body: 413 beyond.
    public var bodyBytes: Int64 = 1 << 30
    /// Seconds in which the first request of a connection must have its whole head.
    public var headerSeconds = 30.0
    /// Seconds that a connection may be idle between requests, and within one.
    public var idleSeconds = 60.0
    /// Seconds that one request may take from its head to the last byte of its response.
    public var requestSeconds = 3600.0
    /// Bytes a second that a body must at least bring, counted over the time in which the server waits for it…
    public var minimumBodyRate = 1024.0
    /// … after this many seconds.
    public var bodyGraceSeconds = 10.0
    /// Bytes of a body that nobody wants which are read and dropped, so that the connection can be kept.
    public var drainBytes: Int64 = 64 << 20
    /// Bytes of a body that may wait for its handler before the client is made to wait.
    public var bodyBufferBytes = 256 * 1024

    public init() {}
}

/// What a client may take of the server. `HTTPRefusal` has the responses to requests beyond a limit.
public struct ServerLimits: Sendable {
    /// Open connections. One more is answered with 503 and closed.
    public var connections = 4096
    /// Open connections from one address. One more is answered with 503 and closed.
    public var connectionsPerAddress = 1024
    /// Bytes of a request's target. A request with more is answered with 414.
    public var targetBytes = 16 * 1024
    /// Bytes of a request's fields. A request with more is answered with 431.
    public var headerBytes = 16 * 1024
    /// Bytes of a request's body. A request with more is answered with 413.
    public var bodyBytes: Int64 = 1 << 30
    /// Seconds in which the first request of a connection must have its whole head.
    public var headerSeconds = 30.0
    /// Seconds that a connection may be idle between requests, and within one.
    public var idleSeconds = 60.0
    /// Seconds that a client that has stopped sending is still expected to wait for its response.
    public var halfClosedSeconds = 5.0
    /// Seconds that one request may take from its head to the last byte of its response.
    public var requestSeconds = 3600.0
    /// Bytes of a body that must arrive per second, on average over the time in which the server waits for the body…
    public var minimumBodyRate = 1024.0
    /// … after this many seconds.
    public var bodyGraceSeconds = 10.0
    /// Bytes that are read and dropped of a body that the handler does not read. Then the connection is closed.
    public var drainBytes: Int64 = 64 << 20
    /// Bytes of a body that wait for the handler. When there are more, the client has to wait.
    public var bodyBufferBytes = 256 * 1024

    public init() {}
}

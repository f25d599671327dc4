/// Why the server refuses a request before a handler sees it.
public enum HTTPRefusal: Error, Hashable, Sendable {
    /// Too many connections are open.
    case tooManyConnections
    /// Too many connections are open from this address.
    case tooManyConnectionsFromAddress
    /// The request cannot be read; why.
    case malformed(String)
    /// The target has more bytes than the limit.
    case targetTooLong(limit: Int)
    /// The fields have more bytes than the limit.
    case headersTooLarge(limit: Int)
    /// The body has more bytes than the limit.
    case bodyTooLarge(limit: Int64)
    /// An expectation other than `100-continue`.
    case unknownExpectation
    /// A version of HTTP other than 1.0 and 1.1.
    case unsupportedVersion
    /// The server is stopping.
    case stopping
}

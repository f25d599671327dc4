/// What holds for every request of a client.
public struct HTTPClientSettings: Sendable {
    /// Seconds until a connection stands, TLS included; at least 1.
    public var connectSeconds = 10
    /// Seconds during which nothing moves, after which the request is given up; at least 1.
    public var stallSeconds = 60
    /// Seconds that one request may take in all; nil for as long as it moves.
    public var totalSeconds: Int?
    public var userAgent: String
    /// A file of certificates to trust instead of the system's.
    public var certificateFile: String?

    public init(userAgent: String) { self.userAgent = userAgent }
}

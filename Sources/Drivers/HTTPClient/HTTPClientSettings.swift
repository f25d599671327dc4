/// The settings of all requests of a client.
public struct HTTPClientSettings: Sendable {
    /// The time limit in seconds for establishing a connection, including TLS; at least 1.
    public var connectSeconds = 10
    /// Seconds without any transferred byte after which a request fails; at least 1.
    public var stallSeconds = 60
    /// The time limit in seconds for a whole request; nil for none.
    public var totalSeconds: Int?
    public var userAgent: String
    /// A file of certificates to trust instead of the system's.
    public var certificateFile: String?

    public init(userAgent: String) { self.userAgent = userAgent }
}

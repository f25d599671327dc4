/// Why there is no response, or only a part of it.
public struct HTTPClientError: Error, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// The host name cannot be resolved (now).
        case cannotResolve
        /// The host has only addresses that `HTTPClientSettings.acceptsAddress` refuses.
        case addressRefused
        /// No connection: nothing listens there, or the host cannot be reached.
        case cannotConnect
        /// The request exceeded its time limit, or nothing was transferred for too long.
        case timedOut
        /// The connection was interrupted, or the response was incomplete.
        case interrupted
        /// The server's certificate is not trusted, or TLS failed.
        case tls
        /// The task was cancelled.
        case cancelled
        /// The response has more bytes than allowed.
        case tooMuchData
        /// The body of the request could not be read completely.
        case bodyUnavailable
        /// The address or a field cannot be sent.
        case misuse
        /// The client lacks memory or another resource.
        case failure
    }

    public let code: Code
    /// A description for people, without credentials.
    public let message: String

    public init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }

    /// Whether a retry may succeed.
    public var isWorthRetrying: Bool {
        switch code {
        case .cannotResolve, .cannotConnect, .timedOut, .interrupted: true
        case .addressRefused, .tls, .cancelled, .tooMuchData, .bodyUnavailable, .misuse, .failure: false
        }
    }

    public var description: String { message }
}

/// Why no response came, or not all of it.
public struct HTTPClientError: Error, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// The host's name is not known (now).
        case cannotResolve
        /// Nobody listens there, or nobody that can be reached.
        case cannotConnect
        /// It took longer than the time allowed, or nothing moved for too long.
        case timedOut
        /// The connection broke, or what came over it was cut off.
        case interrupted
        /// The other side's certificate cannot be trusted, or the encryption failed.
        case tls
        /// The task was cancelled.
        case cancelled
        /// The response has more bytes than the bound.
        case tooMuchData
        /// The body of the request could not be read whole.
        case bodyUnavailable
        /// The address or a field cannot be sent.
        case misuse
        /// The client has no memory, or something else that its library needs.
        case failure
    }

    public let code: Code
    /// For people: what happened, without credentials.
    public let message: String

    public init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }

    /// Whether the same request may well be answered a moment later.
    public var isWorthRetrying: Bool {
        switch code {
        case .cannotResolve, .cannotConnect, .timedOut, .interrupted: true
        case .tls, .cancelled, .tooMuchData, .bodyUnavailable, .misuse, .failure: false
        }
    }

    public var description: String { message }
}

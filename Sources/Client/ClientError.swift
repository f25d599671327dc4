/// The reason for a failure, and what to do about it.
public struct ClientError: Error, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The server cannot be reached, or was unavailable for longer than the retry timeout.
        case unavailable
        /// The server does not permit this account to do that, or does not know the token.
        case notPermitted
        /// The server, or this client, refuses this file or request.
        case refused
        /// The server has no such image or resource.
        case notFound
        /// The received data differ from what was announced, or cannot be parsed.
        case damaged
        /// A local file or folder cannot be read or written.
        case local
        /// The local disk is full.
        case storageFull
        /// The arguments are not valid.
        case usage
    }

    public let code: Code
    /// One or two sentences for the user.
    public let message: String

    public init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }

    /// Whether all other files would fail for the same reason.
    public var endsAll: Bool { code == .unavailable || code == .notPermitted || code == .storageFull }

    public var description: String { message }
}

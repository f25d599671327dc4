/// Why something cannot be done, and what to do about it.
public struct ClientError: Error, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The server cannot be reached, or has been away for longer than one was ready to wait.
        case unavailable
        /// The server does not let this account do that, or does not know the token.
        case notPermitted
        /// The server, or this client, does not take this one thing.
        case refused
        /// There is no such thing on the server.
        case notFound
        /// What came is not what was announced, or cannot be understood.
        case damaged
        /// A file or folder here cannot be read or written.
        case local
        /// There is no room left for what is to be written here.
        case storageFull
        /// What was asked for makes no sense.
        case usage
    }

    public let code: Code
    /// One or two sentences for those who asked.
    public let message: String

    public init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }

    /// Whether everything else would fail as well.
    public var endsAll: Bool { code == .unavailable || code == .notPermitted || code == .storageFull }

    public var description: String { message }
}

internal import Sodium
internal import TextCoding

/// Registers the first account for somebody who reads the server's log, whatever road the request takes.
///
/// It is valid until there is an account. Each start of the server makes another one.
public struct SetupCode: Sendable {
    private static let bytes = 16

    /// Shown in the log of the server.
    public let text: String

    /// Makes a code of 128 random bits.
    public init() throws { text = "setup-" + Base64URL.encode(try RandomBytes.make(Self.bytes)) }

    /// Compares digests, so that the time says nothing about the code.
    func matches(_ other: String) throws -> Bool { try Secret.digest(of: other) == Secret.digest(of: text) }
}

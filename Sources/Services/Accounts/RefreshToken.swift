internal import Domain
internal import JOSE
internal import Sodium
internal import TextCoding

/// A refresh token: it names its session and the generation of it, and a key of the server makes it authentic.
///
/// So the server knows each token that it has ever given out, and stores none (`docs/decisions/0040`).
struct RefreshToken: Hashable {
    /// The prefix tells the kind of secret, also to scanners for leaked secrets.
    static let prefix = "ttr_"
    private static let purpose = Array("tintype refresh token\0".utf8)
    private static let messageLength = 16 + 8

    let session: SessionID
    /// 1 for the token of the login, and 1 more with each refresh.
    let generation: Int64

    init(session: SessionID, generation: Int64) { (self.session, self.generation) = (session, generation) }

    /// Reads a token; nil if no key has made it.
    init?(_ text: String, keys: [SigningKey]) throws {
        guard text.hasPrefix(Self.prefix), let bytes = Base64URL.decode(text.dropFirst(Self.prefix.count)),
            bytes.count == Self.messageLength + MessageAuthentication.length,
            let session = SessionID(bytes: Array(bytes[..<16]))
        else { return nil }
        let (message, code) = (Array(bytes[..<Self.messageLength]), Array(bytes[Self.messageLength...]))
        let isAuthentic = try keys.contains { key in
            try MessageAuthentication.isValid(code, of: Self.purpose + message, key: key.secret)
        }
        guard isAuthentic else { return nil }
        self.session = session
        generation = message[16...].reduce(0) { $0 << 8 | Int64($1) }
    }

    func text(signedWith key: SigningKey) throws -> String {
        let message = session.bytes + (0..<8).map { UInt8(truncatingIfNeeded: generation >> (56 - 8 * $0)) }
        let code = try MessageAuthentication.code(of: Self.purpose + message, key: key.secret)
        return Self.prefix + Base64URL.encode(message + code)
    }
}

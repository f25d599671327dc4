internal import TextCoding
internal import Crypto
internal import Domain
internal import Sodium
internal import SystemIO

/// A secret that is shown once, and of which only the digest is kept. It is random, so a fast digest is enough.
struct Secret {
    /// The prefix of a text tells the kind of secret, also to scanners for leaked secrets.
    enum Kind: String {
        case apiToken = "tt_"
        case invitation = "tti_"
        case share = "tts_"
    }

    let text: String

    /// Makes a secret of 256 random bits.
    init(_ kind: Kind) throws { text = kind.rawValue + Base64URL.encode(try RandomBytes.make(32)) }

    var digest: Digest { get throws { try Self.digest(of: text) } }

    /// The digest of a secret; nil for a text of another kind, which need not be looked up.
    static func digest(of text: String, if kind: Kind) throws -> Digest? {
        text.hasPrefix(kind.rawValue) ? try digest(of: text) : nil
    }

    static func digest(of text: String) throws -> Digest {
        let hasher = try ContentHasher()
        try hasher.update(Array(text.utf8))
        guard let digest = Digest(bytes: try hasher.finish().sha256) else {
            throw SystemError(code: 22, "digest a secret")
        }
        return digest
    }
}

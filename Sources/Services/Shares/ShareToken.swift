internal import Domain
internal import KeyStorage
internal import TextCoding

/// The secret part of a share's address: the share's id, and a code that only a server with the key can make.
///
/// So the address can be shown again at any time, and the catalogue alone does not give it away.
struct ShareToken {
    private static let idLength = 16

    let text: String

    init(of share: ShareID, _ keys: ShareKeys) throws {
        let bytes = share.bytes + (try keys.code(of: Self.message(share)))
        text = Secret.Kind.share.rawValue + Base64URL.encode(bytes)
    }

    /// The share that a token opens; nil for a text that is none, or was made with another key.
    static func share(of text: String, _ keys: ShareKeys) throws -> ShareID? {
        guard text.hasPrefix(Secret.Kind.share.rawValue),
            let bytes = Base64URL.decode(text.dropFirst(Secret.Kind.share.rawValue.count)),
            bytes.count == idLength + ShareKeys.codeLength,
            let share = ShareID(bytes: Array(bytes.prefix(idLength))),
            try keys.isValid(Array(bytes.suffix(ShareKeys.codeLength)), of: message(share))
        else { return nil }
        return share
    }

    private static func message(_ share: ShareID) -> [UInt8] { Array("tintype-share-1\n\(share)".utf8) }
}

/// What a browser keeps after a visitor has given the password of a share: when it ends, and a code over that, the share
/// and the hash of its password. So another password ends it.
struct SharePass {
    /// In seconds.
    static let lifetime: Int64 = 86_400

    let text: String
    let expires: Timestamp

    init(of share: Share, _ keys: ShareKeys, now: Timestamp) throws {
        let seconds = min(now.seconds + Self.lifetime, share.terms.expires?.seconds ?? .max)
        expires = Timestamp(microseconds: seconds * 1_000_000)
        text = "\(seconds).\(Base64URL.encode(try keys.code(of: Self.message(share, seconds))))"
    }

    static func isValid(_ text: String, for share: Share, _ keys: ShareKeys, now: Timestamp) throws -> Bool {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let seconds = Int64(parts[0]), now.seconds < seconds,
            let code = Base64URL.decode(parts[1])
        else { return false }
        return try keys.isValid(code, of: message(share, seconds))
    }

    private static func message(_ share: Share, _ seconds: Int64) -> [UInt8] {
        Array("tintype-share-access-1\n\(share.id)\n\(seconds)\n\(share.passwordHash ?? "")".utf8)
    }
}

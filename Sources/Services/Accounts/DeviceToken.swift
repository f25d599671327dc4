internal import Domain
internal import JOSE
internal import Sodium
internal import TextCoding

/// What a browser keeps after a login, so that guesses of others do not keep its user out (`LoginThrottle`).
///
/// It proves nothing but an earlier login to the account, and is valid as long as the key that made it.
struct DeviceToken {
    private static let purpose = Array("tintype device\0".utf8)
    private static let idLength = 16

    let account: AccountID
    /// Random: the name of the device.
    let id: String

    /// A new device of an account.
    init(account: AccountID) throws {
        (self.account, id) = (account, Base64URL.encode(try RandomBytes.make(Self.idLength)))
    }

    /// Reads a token; nil if no key has made it.
    init?(_ text: String, keys: [SigningKey]) throws {
        guard let bytes = Base64URL.decode(text), bytes.count == 16 + Self.idLength + MessageAuthentication.length,
            let account = AccountID(bytes: Array(bytes[..<16]))
        else { return nil }
        let (message, code) = (Array(bytes[..<(16 + Self.idLength)]), Array(bytes[(16 + Self.idLength)...]))
        let isAuthentic = try keys.contains { key in
            try MessageAuthentication.isValid(code, of: Self.purpose + message, key: key.secret)
        }
        guard isAuthentic else { return nil }
        (self.account, id) = (account, Base64URL.encode(Array(message[16...])))
    }

    func text(signedWith key: SigningKey) throws -> String {
        let message = account.bytes + (Base64URL.decode(id) ?? [])
        return Base64URL.encode(message + (try MessageAuthentication.code(of: Self.purpose + message, key: key.secret)))
    }
}

public import Domain
internal import Sodium
public import SystemIO

/// The key from which the addresses of shares are derived.
///
/// Stored in `keys/shares.json` of the data folder. Servers that share a key get it from their environment: it makes the
/// addresses then, and those that were made with the stored key stay valid.
public final class ShareKeys: Sendable {
    /// Bytes of a code.
    public static let codeLength = MessageAuthentication.length

    /// Those that are valid; the first makes codes.
    private let keys: [[UInt8]]

    /// Opens the key of a data folder, and makes it if there is none.
    ///
    /// - Parameter shared: the bytes of a key that several servers have; nil for none.
    /// - Throws: `SystemError`; `KeyRingDamaged` if the file cannot be read as a key.
    public init(dataFolder: FilePath, shared: [UInt8]? = nil, now: Timestamp = .now) throws {
        let file = KeyFile(
            dataFolder: dataFolder, name: "shares.json",
            remedy: "remove it, and give everybody the new addresses of your shares")
        if shared == nil, try file.read().isEmpty {
            let made = try StoredKey.make(now)
            try file.change { $0.isEmpty ? [made] : $0 }
        }
        keys = [shared].compactMap(\.self) + (try file.read().reversed().compactMap(\.bytes))
    }

    /// The code of a message.
    ///
    /// - Returns: 32 bytes.
    public func code(of message: [UInt8]) throws -> [UInt8] {
        try MessageAuthentication.code(of: message, key: keys.first ?? [])
    }

    /// Whether a code is that of a message, compared in constant time.
    public func isValid(_ code: [UInt8], of message: [UInt8]) throws -> Bool {
        try keys.contains { try MessageAuthentication.isValid(code, of: message, key: $0) }
    }
}

public import Domain
internal import FoundationEssentials
public import JOSE
internal import Runtime
internal import Sodium
internal import SystemIO

/// The keys that sign sessions: the newest signs, and those before it are believed for a while longer.
///
/// Kept in `keys/sessions.json` of the data folder, readable for its owner alone. A new key is made every 30 days; a key
/// is believed until everything that it signed has run out.
public final class KeyRing: Sendable {
    private struct StoredKey: Codable {
        let id: String
        /// Base64url.
        let secret: String
        /// Microseconds since 1970.
        let created: Int64
    }

    /// For how long a key signs.
    public static let rotationSeconds = 30.0 * 86_400

    private let folder: String
    private let keys: Locked<[StoredKey]>

    /// Opens the keys of a data folder; makes the first one where there is none.
    ///
    /// - Throws: `SystemError`; `KeyRingDamaged` where the file cannot be read as keys.
    public init(dataFolder: String, now: Timestamp = .now) throws {
        folder = dataFolder + "/keys"
        keys = Locked(try Self.read(folder))
        _ = try signingKey(now: now)
    }

    /// The key that signs now; a new one where the last has signed long enough.
    public func signingKey(now: Timestamp = .now) throws -> SigningKey {
        try keys.withLock { keys in
            let newest = keys.last
            let age = newest.map { Double(now.microseconds - $0.created) / 1_000_000 } ?? .infinity
            if age > Self.rotationSeconds {
                // Two before the new one: what they signed has run out long ago, but clocks may differ.
                let next = Array(keys.suffix(2)) + [try Self.make(now)]
                try Self.write(next, folder)
                keys = next
            }
            guard let key = keys.last.flatMap(Self.key) else { throw KeyRingDamaged() }
            return key
        }
    }

    /// All keys that are believed.
    public var verificationKeys: [SigningKey] { keys.withLock { $0.compactMap(Self.key) } }

    private static func make(_ now: Timestamp) throws -> StoredKey {
        StoredKey(
            id: Base64URL.encode(try RandomBytes.make(9)), secret: Base64URL.encode(try RandomBytes.make(32)),
            created: now.microseconds)
    }

    private static func key(_ stored: StoredKey) -> SigningKey? {
        Base64URL.decode(stored.secret).map { SigningKey(id: stored.id, secret: $0) }
    }

    private static func read(_ folder: String) throws -> [StoredKey] {
        let path = folder + "/sessions.json"
        guard let status = try FileStatus(path: path) else { return [] }
        let bytes = try FileDescriptor(opening: path, flags: 0).read(at: 0, count: Int(status.bytes))
        guard let keys = try? JSONDecoder().decode([StoredKey].self, from: Data(bytes)),
            keys.allSatisfy({ key($0)?.secret.count == 32 })
        else { throw KeyRingDamaged() }
        return keys
    }

    private static func write(_ keys: [StoredKey], _ folder: String) throws {
        try Folder.create(folder, mode: 0o700)
        try Folder.write(Array(try JSONEncoder().encode(keys)), as: folder + "/sessions.json", mode: 0o600)
    }
}

/// The file of keys is not what was written into it.
public struct KeyRingDamaged: Error, CustomStringConvertible {
    public var description: String {
        "keys/sessions.json of the data folder holds no keys: remove it, and everybody has to log in again"
    }
}

public import Domain
public import JOSE
internal import Runtime
public import SystemIO

/// The keys that sign sessions: the newest signs, and earlier ones stay valid for a while.
///
/// Stored in `keys/sessions.json` of the data folder. A new key is created every 30 days; a key is valid until
/// everything that it signed has expired.
public final class KeyRing: Sendable {
    /// How long a key signs, in seconds.
    public static let rotationSeconds = 30.0 * 86_400

    private let file: KeyFile
    private let keys: Locked<[StoredKey]>

    /// Opens the keys of a data folder; makes the first one if there is none.
    ///
    /// - Throws: `SystemError`; `KeyRingDamaged` if the file cannot be read as keys.
    public init(dataFolder: FilePath, now: Timestamp = .now) throws {
        file = KeyFile(
            dataFolder: dataFolder, name: "sessions.json", remedy: "remove it, and everybody has to log in again")
        keys = Locked(try file.read())
        _ = try signingKey(now: now)
    }

    /// Takes the keys from the file again; makes one if there is none.
    ///
    /// - Throws: `SystemError`; `KeyRingDamaged` if the file cannot be read as keys. Then nothing has changed.
    public func reread(now: Timestamp = .now) throws {
        try keys.withLock { [file] keys in keys = try file.read() }
        _ = try signingKey(now: now)
    }

    /// The key that signs now; a new one if the last has signed long enough.
    public func signingKey(now: Timestamp = .now) throws -> SigningKey {
        try keys.withLock { keys in
            let newest = keys.last
            let age = newest.map { Double(now.microseconds - $0.created) / 1_000_000 } ?? .infinity
            if age > Self.rotationSeconds {
                // Two keys before the new one are kept: everything that they signed has expired, but clocks may differ.
                let next = Array(keys.suffix(2)) + [try StoredKey.make(now)]
                try file.write(next)
                keys = next
            }
            guard let key = keys.last.flatMap(Self.key) else {
                throw KeyRingDamaged(file: file.name, remedy: file.remedy)
            }
            return key
        }
    }

    /// All valid keys.
    public var verificationKeys: [SigningKey] { keys.withLock { $0.compactMap(Self.key) } }

    private static func key(_ stored: StoredKey) -> SigningKey? {
        stored.bytes.map { SigningKey(id: stored.id, secret: $0) }
    }
}

public import Domain
internal import Runtime
internal import Sodium
public import SystemIO

/// The keys that sign addresses: the newest signs, and each is valid until it is removed.
///
/// Stored in `keys/addresses.json` of the data folder, which commands may change while a server runs: it is read again
/// when it has been replaced. Servers that share a key get it from their environment: it signs then, and the stored keys
/// stay valid.
public final class AddressKeys: Sendable {
    /// The public part of a key.
    public struct Listed: Hashable, Sendable {
        public let id: String
        public let created: Timestamp
    }

    private struct State {
        var keys: [StoredKey]
        /// The status of the file when it was read; nil if there is none.
        var file: FileStatus?
    }

    private let file: KeyFile
    private let shared: StoredKey?
    private let state: Locked<State>

    /// - Parameter shared: the bytes of a key that several servers have; nil for none.
    /// - Throws: `SystemError`; `KeyRingDamaged` if the file cannot be read as keys.
    public init(dataFolder: FilePath, shared: [UInt8]? = nil) throws {
        self.shared = try shared.map(StoredKey.init(shared:))
        file = KeyFile(
            dataFolder: dataFolder, name: "addresses.json",
            remedy: "remove it, and sign again what was signed, with a new key")
        state = Locked(State(keys: [], file: nil))
        _ = try current()
    }

    /// All keys, oldest first.
    public func list() throws -> [Listed] {
        try current().map { Listed(id: $0.id, created: Timestamp(microseconds: $0.created)) }
    }

    /// Creates a key, which signs from now on.
    public func add(now: Timestamp = .now) throws -> Listed {
        let key = try StoredKey.make(now)
        try change { $0 + [key] }
        return Listed(id: key.id, created: now)
    }

    /// Removes a key: everything that it signed becomes invalid. False if there is no such key.
    public func remove(_ id: String) throws -> Bool {
        guard try file.read().contains(where: { $0.id == id }) else { return false }
        try change { $0.filter { $0.id != id } }
        return true
    }

    /// Signs with the key of this id, or with the newest, which is created if there is none.
    ///
    /// - Parameter message: makes the signed message from the key's id, which is a part of it.
    /// - Returns: the key's id and 32 bytes; nil if there is no such key.
    public func sign(with id: String?, _ message: (String) -> [UInt8]) throws -> (key: String, code: [UInt8])? {
        if id == nil, shared == nil, try file.read().isEmpty { _ = try add() }
        let keys = try file.read() + [shared].compactMap(\.self)
        guard let key = id.map({ id in keys.first { $0.id == id } }) ?? keys.last, let secret = key.bytes else {
            return nil
        }
        return (key.id, try MessageAuthentication.code(of: message(key.id), key: secret))
    }

    /// Whether a code is the signature of a message by an existing key.
    public func isValid(_ code: [UInt8], of message: [UInt8], key id: String) throws -> Bool {
        let key = shared?.id == id ? shared : try current().first { $0.id == id }
        guard let secret = key?.bytes else { return false }
        return try MessageAuthentication.isValid(code, of: message, key: secret)
    }

    private func current() throws -> [StoredKey] {
        try state.withLock { state in
            let status = try file.status()
            if status != state.file { state = State(keys: try file.read(), file: status) }
            return state.keys
        }
    }

    private func change(_ change: ([StoredKey]) -> [StoredKey]) throws {
        try file.change(change)
        // Read again at each use if another process has changed them.
        state.withLock { $0 = State(keys: [], file: nil) }
    }
}

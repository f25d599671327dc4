public import Domain
internal import Runtime
internal import Sodium
public import SystemIO

/// The keys that sign addresses: the newest signs, and each is believed until somebody removes it.
///
/// Kept in `keys/addresses.json` of the data folder, which commands change beside a running server: it is read again
/// when another file stands in its place.
public final class AddressKeys: Sendable {
    /// A key as it may be shown.
    public struct Listed: Hashable, Sendable {
        public let id: String
        public let created: Timestamp
    }

    private struct State {
        var keys: [StoredKey]
        /// The file that held them; nil if there is none.
        var file: FileStatus?
    }

    private let file: KeyFile
    private let state: Locked<State>

    /// - Throws: `SystemError`; `KeyRingDamaged` if the file cannot be read as keys.
    public init(dataFolder: FilePath) throws {
        file = KeyFile(
            dataFolder: dataFolder, name: "addresses.json",
            remedy: "remove it, and sign again what was signed, with a new key")
        state = Locked(State(keys: [], file: nil))
        _ = try current()
    }

    /// The keys there are, oldest first.
    public func list() throws -> [Listed] {
        try current().map { Listed(id: $0.id, created: Timestamp(microseconds: $0.created)) }
    }

    /// Makes a key, which signs from now on.
    public func add(now: Timestamp = .now) throws -> Listed {
        let key = try StoredKey.make(now)
        try change { $0 + [key] }
        return Listed(id: key.id, created: now)
    }

    /// Removes a key: what it signed is not believed any more. False if there is none of this id.
    public func remove(_ id: String) throws -> Bool {
        guard try file.read().contains(where: { $0.id == id }) else { return false }
        try change { $0.filter { $0.id != id } }
        return true
    }

    /// Signs with the key of this id, or with the newest, which is made if there is none.
    ///
    /// - Parameter message: makes what is signed from the key's id, which is a part of it.
    /// - Returns: the key's id and 32 bytes; nil if there is no such key.
    public func sign(with id: String?, _ message: (String) -> [UInt8]) throws -> (key: String, code: [UInt8])? {
        if id == nil, try file.read().isEmpty { _ = try add() }
        let keys = try file.read()
        guard let key = id.map({ id in keys.first { $0.id == id } }) ?? keys.last, let secret = key.bytes else {
            return nil
        }
        return (key.id, try MessageAuthentication.code(of: message(key.id), key: secret))
    }

    /// Whether a key that is still there has signed a message so.
    public func isValid(_ code: [UInt8], of message: [UInt8], key id: String) throws -> Bool {
        guard let secret = try current().first(where: { $0.id == id })?.bytes else { return false }
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
        // Read anew when they are asked for: another process may have changed them since.
        state.withLock { $0 = State(keys: [], file: nil) }
    }
}

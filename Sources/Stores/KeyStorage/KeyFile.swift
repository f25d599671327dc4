internal import TextCoding
internal import Domain
internal import FoundationEssentials
internal import Sodium
internal import SystemIO

/// A stored key.
struct StoredKey: Codable, Sendable {
    let id: String
    /// 32 bytes in base64url.
    let secret: String
    /// Microseconds since 1970.
    let created: Int64

    /// A new random key.
    static func make(_ now: Timestamp) throws -> StoredKey {
        StoredKey(
            id: Base64URL.encode(try RandomBytes.make(9)), secret: Base64URL.encode(try RandomBytes.make(32)),
            created: now.microseconds)
    }

    /// A key that several servers have. They give it the same id.
    init(shared bytes: [UInt8]) throws {
        let name = try MessageAuthentication.code(of: Array("tintype-key-id".utf8), key: bytes)
        (id, secret) = (Base64URL.encode(Array(name.prefix(9))), Base64URL.encode(bytes))
        created = 0
    }

    private init(id: String, secret: String, created: Int64) {
        (self.id, self.secret, self.created) = (id, secret, created)
    }

    var bytes: [UInt8]? { Base64URL.decode(secret) }
}

/// A list of keys in `keys/` of a data folder, oldest first, readable only by its owner.
struct KeyFile: Sendable {
    private let folder: FilePath
    let name: String
    /// What to do if the file cannot be read as keys.
    let remedy: String

    init(dataFolder: FilePath, name: String, remedy: String) {
        (folder, self.name, self.remedy) = (dataFolder.appending("keys"), name, remedy)
    }

    /// - Throws: `SystemError`; `KeyRingDamaged`.
    func read() throws -> [StoredKey] {
        guard let bytes = try contents() else { return [] }
        guard let keys = try? JSONDecoder().decode([StoredKey].self, from: Data(bytes)),
            keys.allSatisfy({ $0.bytes?.count == 32 })
        else { throw KeyRingDamaged(file: name, remedy: remedy) }
        return keys
    }

    /// Nil if there is no file.
    private func contents() throws(SystemError) -> [UInt8]? {
        do {
            // Its length is read from the open file, because the path may have been replaced in the meantime.
            let file = try FileDescriptor(reading: path)
            return try file.read(at: 0, count: Int(try file.size()))
        } catch  where error.isNotFound {
            return nil
        }
    }

    /// Identifies a state of the file; nil if there is none.
    func status() throws(SystemError) -> FileStatus? { try FileStatus.find(path, followingLinks: true) }

    private var path: FilePath { folder.appending(name) }

    /// Replaces the keys; one process at a time.
    func change(_ change: ([StoredKey]) -> [StoredKey]) throws {
        try Folder.create(folder, mode: 0o700, isDurable: true)
        let turn = try FileDescriptor(writing: path.appending(suffix: ".lock"), mode: 0o600)
        try turn.waitForLock()
        try write(change(try read()))
        withExtendedLifetime(turn) {}
    }

    func write(_ keys: [StoredKey]) throws {
        try Folder.create(folder, mode: 0o700, isDurable: true)
        try Folder.write(Array(try JSONEncoder().encode(keys)), as: path, mode: 0o600)
    }
}

/// A file of keys is damaged.
public struct KeyRingDamaged: Error, CustomStringConvertible {
    let file: String
    let remedy: String

    public var description: String { "keys/\(file) of the data folder holds no keys: \(remedy)" }
}

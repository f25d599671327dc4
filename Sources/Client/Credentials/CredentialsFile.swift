internal import FoundationEssentials
public import SystemIO

/// A stored login: a token, and the account that it belongs to.
public struct Credential: Sendable, Hashable, Codable {
    public let account: String
    public let token: String
    /// The token's id, to revoke it.
    public let id: String

    public init(account: String, token: String, id: String) {
        (self.account, self.token, self.id) = (account, token, id)
    }
}

/// The file that stores logins by server; only its owner may read it. Its calls block briefly.
public struct CredentialsFile: Sendable {
    private let folder: FilePath
    private var path: FilePath { folder.appending(FilePath("credentials.json")) }

    /// - Parameter folder: created when a login is stored.
    public init(folder: FilePath) { self.folder = folder }

    /// The login for a server; nil if there is none.
    ///
    /// - Throws: `ClientError` if others could have read or written the file.
    public func credential(for server: ServerAddress) throws -> Credential? { try read()[server.description] }

    /// Stores a login, and replaces an earlier one.
    public func keep(_ credential: Credential, for server: ServerAddress) throws {
        var all = try read()
        all[server.description] = credential
        do {
            try write(all)
        } catch let error as SystemError {
            throw ClientError(
                .local, "the login cannot be kept in \(SanitizedText.of(folder)): \(error.meaning)")
        }
    }

    /// Removes a login; false if there was none.
    @discardableResult
    public func forget(_ server: ServerAddress) throws -> Bool {
        var all = try read()
        guard all.removeValue(forKey: server.description) != nil else { return false }
        try write(all)
        return true
    }

    private func read() throws -> [String: Credential] {
        guard let file = try opened() else { return [:] }
        let status = try file.status()
        let name = SanitizedText.of(path)
        guard status.permissions & 0o077 == 0 else {
            throw ClientError(
                .usage, "others can read \(name), so that its tokens are not secret: chmod 600 it, or log in again")
        }
        guard status.isOwn else {
            throw ClientError(.usage, "\(name) belongs to somebody else: it is not used")
        }
        let bytes = try file.read(at: 0, count: 1 << 20)
        do {
            return try JSONDecoder().decode([String: Credential].self, from: Data(bytes))
        } catch {
            throw ClientError(.usage, "\(name) cannot be understood: remove it, and log in again")
        }
    }

    private func opened() throws(SystemError) -> FileDescriptor? {
        do {
            return try FileDescriptor(reading: path)
        } catch {
            if error.isNotFound { return nil }
            throw error
        }
    }

    /// Written to a temporary file, synced, renamed: after a crash there is the old file or the new one.
    private func write(_ all: [String: Credential]) throws {
        try Folder.create(folder, mode: 0o700)
        let beside = folder.appending(FilePath("credentials.json.\(UInt64.random(in: 0...UInt64.max))"))
        try Folder.remove(beside)
        do {
            let file = try FileDescriptor(writing: beside, mode: 0o600)
            try file.write(try JSONMessage.encode(all))
            try file.synchronize()
            try Folder.replace(path, with: beside)
        } catch {
            try Folder.remove(beside)
            throw error
        }
        try Folder.synchronize(folder)
    }
}

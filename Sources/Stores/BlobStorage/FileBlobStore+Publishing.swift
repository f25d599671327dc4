public import Domain
internal import Runtime
internal import SystemIO

extension FileBlobStore {
    public func publish(_ blob: StagedBlob, as key: BlobKey) async throws -> Bool {
        let target = path(of: key)
        return try await pool.run { [staging, folders] in
            try blob.file.synchronize()
            let intent = staging.appending(PublishingIntent(key: key).name)
            try Folder.replace(intent, with: blob.path)
            blob.moved(to: intent)
            let (isNew, folder) = try folders.withFolder(of: target) { folder in
                (try Folder.link(intent, as: target), folder)
            }
            if !isNew, try FileStatus.find(target)?.bytes != blob.file.size() {
                // A file of that name and of another size cannot be what its name says: it was cut off.
                try Folder.remove(target)
                guard try Folder.link(intent, as: target) else { throw SystemError.taken("replace a damaged file") }
            }
            try Folder.synchronize(folder)
            return isNew
        }
    }

    public func settle(_ blob: StagedBlob) async throws {
        try await pool.run { _ = try Folder.remove(blob.path) }
    }

    public func removeLeftovers(
        isKnown: @Sendable (BlobKey) async throws -> Bool, isWaiting: @Sendable (String) async throws -> Bool
    ) async throws -> Int {
        var count = 0
        for name in try await staged() where try await !isWaiting(name) {
            if let key = PublishingIntent(name: name)?.key, try await !isKnown(key) {
                if try await remove(key) { count += 1 }
            }
            if try await removeStaged(name) { count += 1 }
        }
        return count
    }

    public func removeStaged(_ name: String) async throws -> Bool {
        try await pool.run { [staging] in try Folder.remove(staging.appending(name)) }
    }

    public func isInTransition(_ path: String) async throws -> Bool {
        let prefix = PublishingIntent.prefix(of: path)
        return try await staged().contains { $0.hasPrefix(prefix) }
    }
}

// Before the catalogue forgets a file, the file gets a second name in `staging/` that tells its key, as when it was
// published: if the process ends after the catalogue has forgotten the file and before it is removed, it is a leftover.
extension FileBlobStore {
    public func noteRemoval(of keys: [BlobKey]) async throws -> RemovalNote {
        try await pool.run { [root, staging] in
            let names = try keys.compactMap { key -> String? in
                let (path, name) = (root.appending(key.path), PublishingIntent(key: key).name)
                guard try FileStatus.find(path) != nil else { return nil }
                return try Folder.link(path, as: staging.appending(name)) ? name : nil
            }
            return RemovalNote(names: names)
        }
    }

    public func withdraw(_ note: RemovalNote) async throws {
        try await pool.run { [staging] in for name in note.names { try Folder.remove(staging.appending(name)) } }
    }
}

/// The name of a staged file that is being published or removed: it tells the key.
struct PublishingIntent {
    let key: BlobKey

    init(key: BlobKey) { self.key = key }

    init?(name: String) {
        let parts = name.split(separator: "~", omittingEmptySubsequences: false)
        guard parts.count == 6, let key = BlobKey(path: parts.prefix(5).joined(separator: "/")) else { return nil }
        self.key = key
    }

    /// Unique, so that two uploads of the same content do not meet.
    var name: String { Self.prefix(of: key.path) + "\(UniqueID())" }

    /// What all names of a path begin with.
    static func prefix(of path: String) -> String { String(path.map { $0 == "/" ? "~" : $0 }) + "~" }
}

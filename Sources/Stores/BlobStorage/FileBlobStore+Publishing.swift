public import Domain
internal import Runtime
internal import SystemIO

extension FileBlobStore {
    /// Makes a staged file visible under its key, durably: its bytes, its name and its folders are on stable storage
    /// before this returns.
    ///
    /// A file that is there already is kept: it has the same content by its name. The staged name stays until
    /// `settle`, and says which key it was published as: should the process end before the catalogue knows of the
    /// file, `sweep` takes both away.
    ///
    /// - Returns: whether the file is new.
    public func publish(_ blob: StagedBlob, as key: BlobKey) async throws -> Bool {
        let target = path(of: key)
        return try await pool.run { [staging, folders] in
            try blob.file.synchronize()
            let intent = "\(staging)/\(PublishingIntent(key: key).name)"
            try Folder.move(blob.path, over: intent)
            blob.moved(to: intent)
            let (isNew, folder) = try folders.withFolder(of: target) { folder in
                (try Folder.link(intent, as: target), folder)
            }
            if !isNew, try FileStatus(path: target)?.bytes != blob.file.size() {
                // A file of that name and of another size cannot be what its name says: a crash or a hand cut it off.
                try Folder.remove(target)
                guard try Folder.link(intent, as: target) else {
                    throw SystemError(code: 17, "replace a damaged file")
                }
            }
            try Folder.synchronize(folder)
            return isNew
        }
    }

    /// The catalogue knows of the published file: its staged name goes.
    public func settle(_ blob: StagedBlob) async throws {
        try await pool.run { _ = try Folder.remove(blob.path) }
    }

    /// Takes away what a crash left behind: unfinished uploads, and files that were published but that the catalogue
    /// does not know. To be called before the first upload.
    ///
    /// - Returns: how many files went.
    public func sweep(isKnown: @Sendable (BlobKey) async throws -> Bool) async throws -> Int {
        let names = try await pool.run { [staging] in try Folder.names(in: staging) }
        var count = 0
        for name in names {
            if let key = PublishingIntent(name: name)?.key, try await !isKnown(key) {
                if try await remove(key) { count += 1 }
            }
            count += try await pool.run { [staging] in try Folder.remove("\(staging)/\(name)") ? 1 : 0 }
        }
        return count
    }
}

/// The name of a staged file that is being published: it tells the key.
struct PublishingIntent {
    let key: BlobKey

    init(key: BlobKey) { self.key = key }

    init?(name: String) {
        let parts = name.split(separator: "~", omittingEmptySubsequences: false)
        guard parts.count == 6, let key = BlobKey(path: parts.prefix(5).joined(separator: "/")) else { return nil }
        self.key = key
    }

    /// Unique, so that two uploads of the same content do not meet.
    var name: String { key.path.map { $0 == "/" ? "~" : $0 } + "~\(UniqueID())" }
}

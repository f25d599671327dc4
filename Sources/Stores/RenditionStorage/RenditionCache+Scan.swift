public import Domain
internal import Runtime
internal import SystemIO

extension RenditionCache {
    private struct Found {
        let key: RenditionKey
        let bytes: Int64, made: Int64, used: Int64
    }

    /// Reads the files that an earlier process has kept. Unfinished and unknown files, and those beyond the limit, are
    /// removed; symbolic links are not followed.
    ///
    /// - Throws: `SystemError` if the folder cannot be read.
    public func scan() async throws {
        let found = try await pool.run { [root] in try Self.files(below: root) }
        let gone = index.withLock { index in
            let older = found.sorted { $0.used < $1.used }.compactMap { file in
                index.insert(file.key, bytes: file.bytes, made: file.made, noted: file.used)
            }
            return older + makeRoom(in: &index)
        }
        try await remove(gone)
    }

    /// Removes renditions of contents that were removed while no server ran.
    public func purgeUnknown(isKnown: @Sendable (Digest) async throws -> Bool) async throws {
        for digest in digests where try await !isKnown(digest) { try await purge(digest) }
    }

    /// Removes every file.
    public func reset() async throws {
        for digest in digests { try await purge(digest) }
    }

    private static func files(below root: FilePath) throws -> [Found] {
        let drafts = root.appending("drafts")
        for name in try Folder.names(in: drafts) where try !isFolder(drafts.appending(name)) {
            try Folder.remove(drafts.appending(name))
        }
        var found: [Found] = []
        for group in try Folder.names(in: root) where try group != "drafts" && isFolder(root.appending(group)) {
            let groupFolder = root.appending(group)
            for name in try Folder.names(in: groupFolder) where try isFolder(groupFolder.appending(name)) {
                let folder = groupFolder.appending(name)
                let digest = Digest(name).flatMap { RenditionKey.folder(of: $0) == "\(group)/\(name)" ? $0 : nil }
                found += try files(of: digest, in: folder)
                Folder.removeIfEmpty(folder)
            }
        }
        return found
    }

    /// The renditions of a content. Other files are removed.
    ///
    /// - Parameter digest: nil if the folder's name is not that of a content.
    private static func files(of digest: Digest?, in folder: FilePath) throws -> [Found] {
        try Folder.names(in: folder).compactMap { name in
            let path = folder.appending(name)
            guard let status = try FileStatus.find(path), status.kind == .file else { return nil }
            guard let digest, let key = RenditionKey(digest: digest, fileName: name, bytes: status.bytes) else {
                try Folder.remove(path)
                return nil
            }
            return Found(
                key: key, bytes: status.bytes, made: status.modified / 1_000_000_000,
                used: status.accessed / 1_000_000_000)
        }
    }

    private static func isFolder(_ path: FilePath) throws -> Bool { try FileStatus.find(path)?.kind == .folder }
}

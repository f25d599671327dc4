public import Domain
internal import Runtime
internal import SystemIO

extension RenditionCache {
    private struct Found {
        let key: RenditionKey
        let bytes: Int64, made: Int64, used: Int64
    }

    /// Learns what an earlier process has kept. Unfinished and unknown files go, and what is too much; no link is
    /// followed.
    ///
    /// - Throws: `SystemError` where the folder cannot be read.
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

    /// Removes renditions of contents that went while nobody was looking.
    public func purgeUnknown(isKnown: @Sendable (Digest) async throws -> Bool) async throws {
        for digest in digests where try await !isKnown(digest) { try await purge(digest) }
    }

    /// Takes every file away.
    public func reset() async throws {
        for digest in digests { try await purge(digest) }
    }

    private static func files(below root: String) throws -> [Found] {
        var found: [Found] = []
        for name in try Folder.names(in: root + "/drafts") where try !isFolder("\(root)/drafts/\(name)") {
            try Folder.remove("\(root)/drafts/\(name)")
        }
        for group in try Folder.names(in: root) where try group != "drafts" && isFolder("\(root)/\(group)") {
            for name in try Folder.names(in: "\(root)/\(group)") where try isFolder("\(root)/\(group)/\(name)") {
                let folder = "\(root)/\(group)/\(name)"
                for file in try Folder.names(in: folder) {
                    guard let status = try FileStatus(path: "\(folder)/\(file)"), status.isRegularFile else { continue }
                    guard let digest = Digest(name), RenditionKey.folder(of: digest) == "\(group)/\(name)",
                        let key = RenditionKey(digest: digest, fileName: file, bytes: status.bytes)
                    else {
                        try Folder.remove("\(folder)/\(file)")
                        continue
                    }
                    found.append(
                        Found(
                            key: key, bytes: status.bytes, made: status.modifiedSeconds, used: status.accessedSeconds))
                }
                Folder.removeIfEmpty(folder)
            }
        }
        return found
    }

    private static func isFolder(_ path: String) throws -> Bool { try FileStatus(path: path)?.isFolder ?? false }
}

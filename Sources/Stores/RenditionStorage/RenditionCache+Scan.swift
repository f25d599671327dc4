public import Domain
internal import Runtime
internal import SystemIO

extension RenditionCache {
    private struct Found {
        let key: RenditionKey
        let bytes: Int64, made: Int64, used: Int64
    }

    /// Learns what an earlier process has kept. Unfinished and unknown files go.
    ///
    /// - Throws: `SystemError` where the folder cannot be read.
    public func scan() async throws {
        let found = try await pool.run { [root] in try Self.files(below: root) }
        index.withLock { index in
            for file in found.sorted(by: { $0.used < $1.used }) {
                index.insert(file.key, bytes: file.bytes, made: file.made, noted: file.used)
            }
        }
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
        for name in try Folder.names(in: root + "/drafts") { try Folder.remove("\(root)/drafts/\(name)") }
        for group in try Folder.names(in: root) where group != "drafts" {
            for name in try Folder.names(in: "\(root)/\(group)") {
                let folder = "\(root)/\(group)/\(name)"
                for file in try Folder.names(in: folder) {
                    guard let status = try FileStatus(path: "\(folder)/\(file)"), status.isRegularFile else { continue }
                    guard let digest = Digest(name),
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
}

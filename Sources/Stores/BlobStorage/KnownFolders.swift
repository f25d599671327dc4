internal import Runtime
internal import SystemIO

/// Remembers which folders are there, so that publishing does not look each time.
///
/// Making a folder and removing an empty one exclude each other: a folder cannot vanish under a file that is about to
/// be published into it.
final class KnownFolders: Sendable {
    private static let maximumCount = 4096
    private let known = Locked<Set<FilePath>>([])

    /// Publishes into the folder of a path, which is made if it is missing.
    func withFolder<Result>(of path: FilePath, _ body: (FilePath) throws -> Result) throws -> Result {
        let folder = path.parent
        return try known.withLock { known in
            if !known.contains(folder) {
                try Folder.create(folder, isDurable: true)
                if known.count >= Self.maximumCount { known.removeAll() }
                known.insert(folder)
            }
            return try body(folder)
        }
    }

    /// Removes the folders above a path that are empty, at most `levels`.
    func removeIfEmpty(above path: FilePath, levels: Int) {
        known.withLock { known in
            var folder = path.parent
            for _ in 0..<levels {
                guard Folder.removeIfEmpty(folder) else { return }
                known.remove(folder)
                folder = folder.parent
            }
        }
    }
}

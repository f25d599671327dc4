public import Domain
internal import Glibc
internal import Runtime
public import SystemIO

/// Files below a folder, by key. The folder can be walked without us: a file's name is its content's digest.
///
/// Each verb is safe to use from many tasks at once. All of them block, and so run on threads of the store's own.
public final class FileBlobStore: Sendable {
    /// Where uploads under way are, on the same file system as what is kept.
    let staging: String
    let root: String
    let pool: BlockingPool<Void>
    /// Folders that are known to be there.
    let folders = KnownFolders()

    /// - Parameters:
    ///   - root: the data folder; made where it is missing.
    ///   - threads: how many calls may block at once.
    ///   - queue: how many may wait; one more throws `PoolOverloaded`.
    /// - Throws: `SystemError` where the folder cannot be made or written to.
    public init(root: String, threads: Int = 8, queue: Int = 4096) throws {
        self.root = root
        staging = root + "/staging"
        try Folder.create(staging)
        // Bytes are digested here, which must not keep those waiting who only want to be answered.
        pool = BlockingPool(name: "files", threads: threads, queue: queue, niceness: 5)
    }

    /// Lets what is under way finish, and ends the threads.
    public func close() async { await pool.close() }

    /// Begins a file that is not visible to anybody yet.
    public func stage() async throws -> StagedBlob {
        try await pool.run { [staging, pool] in try StagedBlob(folder: staging, pool: pool) }
    }

    /// Opens a kept file; nil where there is none.
    public func open(_ key: BlobKey) async throws -> FileDescriptor? {
        let path = path(of: key)
        return try await pool.run {
            do {
                return try FileDescriptor(opening: path, flags: O_RDONLY | O_NOFOLLOW)
            } catch let error as SystemError where error.isNotFound {
                return nil
            }
        }
    }

    /// Reads `count` bytes of an open file, or fewer where it ends before.
    public func read(_ file: FileDescriptor, at offset: Int64, count: Int) async throws -> [UInt8] {
        try await pool.run { try file.read(at: offset, count: count) }
    }

    /// Bytes of a kept file; nil where there is none.
    public func size(of key: BlobKey) async throws -> Int64? {
        let path = path(of: key)
        return try await pool.run { try FileStatus(path: path)?.bytes }
    }

    /// Removes a kept file; false where there was none. Folders that become empty go too.
    @discardableResult
    public func remove(_ key: BlobKey) async throws -> Bool {
        let path = path(of: key)
        return try await pool.run { [folders] in
            let removed = try Folder.remove(path)
            folders.removeIfEmpty(above: path, levels: 3)
            return removed
        }
    }

    /// Bytes that can still be written.
    public func freeBytes() async throws -> Int64 {
        try await pool.run { [root] in try Folder.freeBytes(at: root) }
    }

    func path(of key: BlobKey) -> String { root + "/" + key.path }
}

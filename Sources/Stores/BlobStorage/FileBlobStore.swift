public import Domain
internal import Runtime
public import SystemIO

/// Files below a folder. The folder can be walked without us: `original/2021/05/31/<digest>.jpg`.
public final class FileBlobStore: BlobStore {
    /// How many files one call looks at: a change of threads costs more than a look.
    private static let batch = 64

    /// The folder of uploads under way, on the same file system as what is kept.
    let staging: FilePath
    public let waiting: WaitingFiles
    let root: FilePath
    let pool: BlockingPool<Void>
    /// Folders that are known to be there.
    let folders = KnownFolders()

    /// - Parameters:
    ///   - root: the data folder. It is created if it is missing.
    ///   - threads: how many calls may block at once.
    ///   - queue: how many may wait; one more throws `PoolOverloaded`.
    /// - Throws: `SystemError` if the folder cannot be created or written to.
    public init(root: FilePath, threads: Int = 8, queue: Int = 4096) throws {
        self.root = root
        staging = root.appending("staging")
        try Folder.create(staging, isDurable: true)
        // Bytes are digested on these threads, which must not slow down those that answer requests.
        pool = BlockingPool(name: "files", threads: threads, queue: queue, niceness: 5)
        waiting = WaitingFiles(folder: staging, pool: pool)
    }

    public func close() async { await pool.close() }

    public func stage() async throws -> StagedBlob {
        try await pool.run { [staging, pool] in try StagedBlob(folder: staging, pool: pool) }
    }

    public func open(_ key: BlobKey) async throws -> ByteSource? {
        let path = path(of: key)
        return try await pool.run { try Self.open(path).map { ByteSource($0, length: try $0.size()) } }
    }

    public func open(_ keys: [BlobKey]) async throws -> [ByteSource?] {
        let paths = keys.map(path(of:))
        return try await pool.run {
            try paths.map { path in
                guard let file = try Self.open(path) else { return nil }
                let bytes = try file.size()
                // The system reads ahead while the files before this one are sent.
                file.willBeRead(bytes: bytes)
                return ByteSource(file, length: bytes)
            }
        }
    }

    public func openLocally(_ key: BlobKey) async throws -> FileDescriptor? {
        let path = path(of: key)
        return try await pool.run { try Self.open(path) }
    }

    public func read(_ source: ByteSource, at offset: Int64, count: Int) async throws -> [UInt8] {
        try await source.read(at: offset, count: count, on: pool)
    }

    /// As many calls at once as there are threads.
    public func sizes(of keys: [BlobKey]) async throws -> [Int64?] {
        guard keys.count > Self.batch else { return try await sizes(of: keys.map(path(of:))) }
        return try await withThrowingTaskGroup(of: (Int, [Int64?]).self) { group in
            for start in stride(from: 0, to: keys.count, by: Self.batch) {
                let paths = keys[start..<min(start + Self.batch, keys.count)].map(path(of:))
                group.addTask { (start, try await self.sizes(of: paths)) }
            }
            var parts: [Int: [Int64?]] = [:]
            for try await (start, sizes) in group { parts[start] = sizes }
            return parts.sorted { $0.key < $1.key }.flatMap(\.value)
        }
    }

    public func digest(of key: BlobKey) async throws -> StagedBlob.Summary? {
        let path = path(of: key)
        return try await pool.run { try Self.open(path).map(StagedBlob.Summary.init(reading:)) }
    }

    /// Folders that become empty are removed too.
    @discardableResult
    public func remove(_ key: BlobKey) async throws -> Bool { try await remove(path(of: key), levels: 3) }

    public func freeBytes() async throws -> Int64? { try await pool.run { [root] in try Folder.freeBytes(at: root) } }

    func path(of key: BlobKey) -> FilePath { root.appending(key.path) }

    /// - Parameter levels: how many folders above the file may be removed.
    func remove(_ path: FilePath, levels: Int) async throws -> Bool {
        try await pool.run { [folders] in
            let removed = try Folder.remove(path)
            folders.removeIfEmpty(above: path, levels: levels)
            return removed
        }
    }

    private func sizes(of paths: [FilePath]) async throws -> [Int64?] {
        try await pool.run { try paths.map { try FileStatus.find($0)?.bytes } }
    }

    /// Opens a file, not what a link leads to; nil if there is none. Blocks.
    private static func open(_ path: FilePath) throws(SystemError) -> FileDescriptor? {
        do {
            return try FileDescriptor(reading: path, followingLinks: false)
        } catch {
            if error.isNotFound { return nil }
            throw error
        }
    }
}

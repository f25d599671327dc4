public import Domain
internal import Runtime
public import SystemIO

/// Renditions in files below a folder, with a folder for each content. If the cache is full, the least recently used
/// are removed.
///
/// Files are not synced: those that a power failure destroys are made again.
public final class RenditionCache: Sendable {
    /// How often a file's time of use is written, in seconds.
    private static let noteInterval: Int64 = 600

    let root: FilePath
    private let drafts: FilePath
    private let maximumBytes: Int64
    let pool: BlockingPool<Void>
    let index = Locked(RenditionIndex())

    /// A kept rendition, open.
    public struct Hit: Sendable {
        /// The file, for the processes that decode.
        public let file: FileDescriptor
        public let bytes: Int64
        public let made: Timestamp

        /// The bytes, to be sent.
        public var source: ByteSource { ByteSource(file, length: bytes) }
    }

    /// - Parameters:
    ///   - root: the cache's folder; created if it is missing.
    ///   - maximumBytes: the disk space that all files together may take; 0 keeps nothing.
    /// - Throws: `SystemError` if the folder cannot be created.
    public init(root: FilePath, maximumBytes: Int64, threads: Int = 4, queue: Int = 4096) throws {
        self.root = root
        self.maximumBytes = maximumBytes
        drafts = root.appending("drafts")
        try Folder.create(drafts)
        pool = BlockingPool(name: "renditions", threads: threads, queue: queue)
    }

    public func close() async { await pool.close() }

    /// Whether the cache may keep anything.
    public var isOn: Bool { maximumBytes > 0 }

    /// The number of kept renditions, and the disk space that they take, in bytes.
    public var size: (count: Int, bytes: Int64) { index.withLock { ($0.count, $0.room) } }

    /// The contents that have kept renditions.
    public var digests: [Digest] { index.withLock(\.digests) }

    /// Opens a rendition; nil if it is not kept.
    public func open(_ key: RenditionKey) async throws -> Hit? {
        guard let entry = index.withLock({ $0[key] }) else { return nil }
        let path = path(of: key, bytes: entry.bytes)
        let file = try await pool.run { () -> FileDescriptor? in
            do {
                let file = try FileDescriptor(reading: path, followingLinks: false)
                if try file.size() == entry.bytes { return file }
                // The file is incomplete. If the next rendition has another length, it has another name, and this file
                // would stay forever.
                try Folder.remove(path)
                return nil
            } catch let error as SystemError where error.isNotFound { return nil }
        }
        guard let file else {
            // Somebody has removed the file; but an entry that was added in the meantime stays.
            index.withLock { _ = $0.remove(key, number: entry.number) }
            return nil
        }
        try await use(key)
        return Hit(file: file, bytes: entry.bytes, made: Timestamp(seconds: entry.made))
    }

    /// Records a use of a rendition.
    public func use(_ key: RenditionKey) async throws {
        let now = Timestamp.now.seconds
        guard
            let entry = index.withLock({ index in
                index.use(key, at: now, noteEvery: Self.noteInterval) ? index[key] : nil
            })
        else { return }
        let path = path(of: key, bytes: entry.bytes)
        try await pool.run { try Folder.noteUse(of: path) }
    }

    /// An empty file for a new rendition.
    public func begin() async throws -> DraftRendition {
        try await pool.run { [drafts] in try DraftRendition(folder: drafts) }
    }

    /// Keeps a rendition, and removes others to make room. A file that is larger than the whole cache is not kept.
    ///
    /// - Parameter isUsed: whether it was requested; renditions that were not are removed first.
    /// - Returns: the file, open for reading, whether it is kept or not.
    public func keep(_ draft: DraftRendition, as key: RenditionKey, isUsed: Bool = true) async throws -> Hit {
        let now = Timestamp.now.seconds
        let (bytes, gone) = try await pool.run { [self] in
            let bytes = try draft.file.size()
            guard RenditionIndex.room(bytes) <= maximumBytes else {
                draft.discard()
                return (bytes, [RenditionIndex.Gone]())
            }
            try publish(draft, as: path(of: key, bytes: bytes))
            return index.withLock { index in
                let replaced = index.insert(
                    key, bytes: bytes, made: now, noted: now, isUsed: isUsed)
                return (bytes, (replaced.map { [$0] } ?? []) + makeRoom(in: &index))
            }
        }
        try await remove(gone)
        return Hit(file: draft.file, bytes: bytes, made: Timestamp(seconds: now))
    }

    /// At this moment another task may remove the content's other files, together with the empty folder.
    private func publish(_ draft: DraftRendition, as path: FilePath) throws {
        var attemptsLeft = 16
        while true {
            try Folder.create(path.parent)
            do {
                return try draft.publish(as: path)
            } catch let error as SystemError where error.isNotFound && attemptsLeft > 0 {
                attemptsLeft -= 1
            }
        }
    }

    /// If the limit is exceeded, an eighth more is removed, so that not every new rendition has to make room.
    func makeRoom(in index: inout RenditionIndex) -> [RenditionIndex.Gone] {
        index.room > maximumBytes ? index.evict(to: maximumBytes - maximumBytes / 8) : []
    }

    /// Whether the index has a rendition; the disk is not read.
    public func holds(_ key: RenditionKey) -> Bool { index.withLock { $0[key] != nil } }

    /// Removes a rendition that turned out to be unusable.
    public func remove(_ key: RenditionKey) async throws {
        guard let entry = index.withLock({ $0.remove(key) }) else { return }
        try await remove([RenditionIndex.Gone(key: key, bytes: entry.bytes)])
    }

    /// Removes every rendition of a content.
    public func purge(_ digest: Digest) async throws {
        let gone = index.withLock { index in
            index.keys(of: digest).compactMap { key in
                index.remove(key).map { RenditionIndex.Gone(key: key, bytes: $0.bytes) }
            }
        }
        try await remove(gone)
    }

    func remove(_ files: [RenditionIndex.Gone]) async throws {
        guard !files.isEmpty else { return }
        let paths = files.map { path(of: $0.key, bytes: $0.bytes) }
        try await pool.run {
            for path in paths {
                try Folder.remove(path)
                Folder.removeIfEmpty(path.parent)
            }
        }
    }

    func path(of key: RenditionKey, bytes: Int64) -> FilePath {
        root.appending("\(RenditionKey.folder(of: key.digest))/\(key.fileName(bytes: bytes))")
    }
}

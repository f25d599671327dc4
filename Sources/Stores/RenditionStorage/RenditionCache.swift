public import Domain
internal import Runtime
public import SystemIO

/// Renditions in files below a folder: a folder for each content, bounded in bytes, least recently used goes first.
///
/// Files are not brought to stable storage: what a power failure takes is made again.
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
        /// For the processes that decode.
        public let file: FileDescriptor
        public let bytes: Int64
        public let made: Timestamp

        /// The rendition, to be sent.
        public var source: ByteSource { ByteSource(file, length: bytes) }
    }

    /// - Parameters:
    ///   - root: the cache's folder; made if it is missing.
    ///   - maximumBytes: what all files together may take of the disk; 0 keeps nothing.
    /// - Throws: `SystemError` if the folder cannot be made.
    public init(root: FilePath, maximumBytes: Int64, threads: Int = 4, queue: Int = 4096) throws {
        self.root = root
        self.maximumBytes = maximumBytes
        drafts = root.appending("drafts")
        try Folder.create(drafts)
        pool = BlockingPool(name: "renditions", threads: threads, queue: queue)
    }

    public func close() async { await pool.close() }

    /// Whether there is room for anything.
    public var isOn: Bool { maximumBytes > 0 }

    /// How many are kept, and what they take of the disk in bytes.
    public var size: (count: Int, bytes: Int64) { index.withLock { ($0.count, $0.room) } }

    /// The contents of which there are renditions.
    public var digests: [Digest] { index.withLock(\.digests) }

    /// Opens a rendition; nil if it is not kept.
    public func open(_ key: RenditionKey) async throws -> Hit? {
        guard let entry = index.withLock({ $0[key] }) else { return nil }
        let path = path(of: key, bytes: entry.bytes)
        let file = try await pool.run { () -> FileDescriptor? in
            do {
                let file = try FileDescriptor(reading: path, followingLinks: false)
                if try file.size() == entry.bytes { return file }
                // Cut off. It would stay for good if what is made next is of another length.
                try Folder.remove(path)
                return nil
            } catch let error as SystemError where error.isNotFound { return nil }
        }
        guard let file else {
            // Somebody tidied up; but what has been kept in its place since then stays.
            index.withLock { _ = $0.remove(key, number: entry.number) }
            return nil
        }
        try await use(key)
        return Hit(file: file, bytes: entry.bytes, made: Timestamp(seconds: entry.made))
    }

    /// Notes that a rendition was used.
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

    /// An empty file for a rendition that is to be made.
    public func begin() async throws -> DraftRendition {
        try await pool.run { [drafts] in try DraftRendition(folder: drafts) }
    }

    /// Keeps what was made, and makes room for it. What is larger than the whole cache is not kept.
    ///
    /// - Parameter isUsed: whether somebody has asked for it; what nobody has asked for goes first.
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

    /// What else is kept of the content may go at this very moment, and take the empty folder along.
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

    /// If there is too much, an eighth more than that goes, so that not every new one has to make room.
    func makeRoom(in index: inout RenditionIndex) -> [RenditionIndex.Gone] {
        index.room > maximumBytes ? index.evict(to: maximumBytes - maximumBytes / 8) : []
    }

    /// Whether a rendition is kept, as far as that is known without looking at the disk.
    public func holds(_ key: RenditionKey) -> Bool { index.withLock { $0[key] != nil } }

    /// Removes a rendition that turned out to be of no use.
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

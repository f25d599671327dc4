internal import Crypto
public import Domain
internal import Runtime
public import SystemIO

/// A new file: written piece by piece, digested at the same time, and not visible yet.
///
/// Unless it is published, it is removed with the last reference.
public final class StagedBlob: Sendable {
    /// What is known of the bytes once all are there.
    public struct Summary: Hashable, Sendable {
        public let digest: Digest
        public let crc32: UInt32
        public let bytes: Int64

        public init(digest: Digest, crc32: UInt32, bytes: Int64) {
            (self.digest, self.crc32, self.bytes) = (digest, crc32, bytes)
        }
    }

    /// The open file, for those who read it or write a rendition to it.
    public let file: FileDescriptor

    private struct State {
        var path: FilePath
        var bytes: Int64 = 0
        var hasher: ContentHasher?
    }

    private let pool: BlockingPool<Void>
    private let state: Locked<State>

    init(folder: FilePath, pool: BlockingPool<Void>) throws {
        let path = folder.appending("\(UniqueID())")
        file = try FileDescriptor(creating: path)
        self.pool = pool
        state = Locked(State(path: path, hasher: try ContentHasher()))
    }

    /// A file that shares its bytes with one that is complete, under a name of its own. Blocks.
    init(sharing complete: FilePath, folder: FilePath, pool: BlockingPool<Void>) throws {
        let path = folder.appending("\(UniqueID())")
        file = try FileDescriptor(reading: complete, followingLinks: false)
        guard try Folder.link(complete, as: path) else { throw SystemError.taken("share a file") }
        self.pool = pool
        state = Locked(State(path: path, hasher: nil))
    }

    deinit {
        // The file may have been removed with its folder; a file that remains is removed at the next start.
        _ = try? Folder.remove(path)
    }

    var path: FilePath { state.withLock(\.path) }

    func moved(to path: FilePath) { state.withLock { $0.path = path } }

    /// Appends bytes.
    ///
    /// - Throws: `SystemError`, such as one that `isStorageFull`; `PoolOverloaded`.
    public func append(_ piece: [UInt8]) async throws {
        try await pool.run { [self] in
            try file.write(piece)
            try state.withLock { state in
                state.bytes += Int64(piece.count)
                try state.hasher?.update(piece)
            }
        }
    }

    /// Ends the writing, and says what was written.
    public func finish() throws -> Summary {
        try state.withLock { state in
            guard let hasher = state.hasher else { throw SystemError.invalid("finish a file twice") }
            state.hasher = nil
            return try Summary(hasher.finish(), bytes: state.bytes)
        }
    }

    /// Runs a body with the written file, on a thread that may block.
    public func examine<Result: Sendable>(
        _ body: @escaping @Sendable (FileDescriptor) throws -> Result
    ) async throws -> Result {
        try await pool.run { [file] in try body(file) }
    }

    /// Digests the bytes that another writer wrote to `file`.
    public func summarize() async throws -> Summary {
        try await pool.run { [file] in try Summary(reading: file) }
    }
}

extension StagedBlob.Summary {
    /// Digests a whole file; blocks.
    init(reading file: FileDescriptor) throws {
        let hasher = try ContentHasher()
        var offset: Int64 = 0
        while true {
            let piece = try file.read(at: offset, count: 256 * 1024)
            if piece.isEmpty { break }
            try hasher.update(piece)
            offset += Int64(piece.count)
        }
        try self.init(hasher.finish(), bytes: offset)
    }

    init(_ digests: (sha256: [UInt8], crc32: UInt32), bytes: Int64) throws {
        guard let digest = Digest(bytes: digests.sha256) else { throw SystemError.invalid("digest a file") }
        self.init(digest: digest, crc32: digests.crc32, bytes: bytes)
    }
}

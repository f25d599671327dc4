internal import Crypto
internal import Domain
internal import Runtime
internal import SystemIO

/// The digest of the bytes of a growing file so far, kept between the requests that add to it.
///
/// It is of one writer at a time.
public final class RunningDigest: Sendable {
    private struct State {
        var bytes: Int64 = 0
        var hasher: ContentHasher?
    }

    private let state: Locked<State>

    init() throws { state = Locked(State(hasher: try ContentHasher())) }

    /// How many bytes it has digested.
    var bytes: Int64 { state.withLock(\.bytes) }

    func update(_ piece: [UInt8]) throws {
        try state.withLock { state in
            try state.hasher?.update(piece)
            state.bytes += Int64(piece.count)
        }
    }

    /// What is known of the bytes; nil the second time.
    func finish() throws -> StagedBlob.Summary? {
        try state.withLock { state in
            guard let hasher = state.hasher else { return nil }
            state.hasher = nil
            return try StagedBlob.Summary(hasher.finish(), bytes: state.bytes)
        }
    }
}

/// A file of the staging folder that is written in several goes, and stays between them.
///
/// It is of one writer at a time, who may be cancelled: what was handed over before is written, or is not.
public final class GrowingFile: Sendable {
    private struct State {
        var offset: Int64
        var isNameDurable: Bool
        var digest: RunningDigest?
    }

    private let file: FileDescriptor
    private let folder: FilePath
    private let pool: BlockingPool<Void>
    private let state: Locked<State>

    /// Blocks.
    fileprivate init(
        _ file: FileDescriptor, in folder: FilePath, at offset: Int64, digest: RunningDigest?, pool: BlockingPool<Void>
    ) throws {
        (self.file, self.folder, self.pool) = (file, folder, pool)
        try file.truncate(to: offset)
        try file.seek(to: offset)
        let digest = try offset == 0 ? RunningDigest() : digest.flatMap { $0.bytes == offset ? $0 : nil }
        state = Locked(State(offset: offset, isNameDurable: offset > 0, digest: digest))
    }

    /// Where the next bytes go.
    public var offset: Int64 { state.withLock(\.offset) }

    /// The digest of everything so far, for the next writer; nil if it is not known.
    public var digest: RunningDigest? { state.withLock(\.digest) }

    /// Appends bytes.
    ///
    /// - Throws: `SystemError`, such as one that `isStorageFull`; `PoolOverloaded`; `CancellationError`.
    public func append(_ piece: [UInt8]) async throws {
        try await pool.run { [file, state] in
            try file.write(piece)
            state.withLock { $0.offset += Int64(piece.count) }
            try state.withLock(\.digest)?.update(piece)
        }
    }

    /// Lets the system begin to write the bytes to the disk, without waiting.
    public func beginWriting() async throws { try await pool.run { [file] in file.beginWriting() } }

    /// Waits until the bytes, and the file's name, are on stable storage.
    public func synchronize() async throws {
        try await pool.run { [file, folder, state] in
            try file.synchronize()
            guard !state.withLock(\.isNameDurable) else { return }
            try Folder.synchronize(folder)
            state.withLock { $0.isNameDurable = true }
        }
    }

    /// Takes back what was appended after an offset. The digest is not known any more.
    public func truncate(to offset: Int64) async throws {
        try await pool.run { [file, state] in
            try file.truncate(to: offset)
            try file.seek(to: offset)
            state.withLock { ($0.offset, $0.digest) = (offset, nil) }
        }
    }

    /// What is known of all bytes. If they were not digested as they came, they are read again.
    public func summary() async throws -> StagedBlob.Summary {
        try await pool.run { [file, state] in
            let (offset, digest) = state.withLock { ($0.offset, $0.digest) }
            if let digest, digest.bytes == offset, let summary = try digest.finish() { return summary }
            return try StagedBlob.Summary(reading: file)
        }
    }
}

extension WaitingFiles {
    /// The name of a file that is to grow. There is no file before `grow`.
    public static func newName() -> String { "\(UniqueID())" }

    /// Opens a file to append to it, and cuts off what was written after an offset.
    ///
    /// - Parameters:
    ///   - name: from `newName`. The catalogue names the file, which otherwise would be a leftover.
    ///   - offset: how many bytes of it count; 0 makes a new file, or an empty one of an old one.
    ///   - digest: of the bytes so far, as the last writer has left it.
    /// - Returns: nil if the file is not there, or has fewer bytes.
    public func grow(_ name: String, from offset: Int64, digest: RunningDigest?) async throws -> GrowingFile? {
        try await pool.run { [folder, pool] in
            guard let path = path(of: name) else { return nil }
            if offset > 0 {
                guard let status = try FileStatus.find(path), status.kind == .file, status.bytes >= offset else {
                    return nil
                }
            }
            let file = try FileDescriptor(writing: path)
            return try GrowingFile(file, in: folder, at: offset, digest: digest, pool: pool)
        }
    }
}

import Domain
import Runtime
import Streams
import SystemIO

@testable import BlobStorage

/// A store that keeps its files in memory, to show that the protocol does not require a file system.
///
/// Staging is local for every store: a staged file is a real file.
final class MemoryBlobStore: BlobStore {
    private struct State {
        var files: [BlobKey: [UInt8]] = [:]
        /// The keys that are being published or removed, by the names of their notes.
        var notes: [String: BlobKey] = [:]
        var published: [ObjectIdentifier: String] = [:]
    }

    private let state = Locked(State())
    private let folder: FilePath
    private let pool = BlockingPool<Void>(name: "memory", threads: 2, queue: 1000)
    /// Whether files are sent as they are fetched, as from another server.
    private let isRemote: Bool

    init(staging folder: FilePath, isRemote: Bool) throws {
        (self.folder, self.isRemote) = (folder, isRemote)
        try Folder.create(folder)
    }

    func stage() async throws -> StagedBlob {
        try await pool.run { [folder, pool] in try StagedBlob(folder: folder, pool: pool) }
    }

    var waiting: WaitingFiles { WaitingFiles(folder: folder, pool: pool) }

    func publish(_ blob: StagedBlob, as key: BlobKey) async throws -> Bool {
        let bytes = try await blob.examine { file in try file.read(at: 0, count: Int(try file.size())) }
        _ = try await pool.run { try Folder.remove(blob.path) }
        return state.withLock { state in
            let name = PublishingIntent(key: key).name
            state.notes[name] = key
            state.published[ObjectIdentifier(blob)] = name
            let isNew = state.files[key] == nil
            state.files[key] = bytes
            return isNew
        }
    }

    func settle(_ blob: StagedBlob) async throws {
        state.withLock { state in
            if let name = state.published.removeValue(forKey: ObjectIdentifier(blob)) { state.notes[name] = nil }
        }
        _ = try await pool.run { try Folder.remove(blob.path) }
    }

    func open(_ key: BlobKey) async throws -> ByteSource? {
        guard let bytes = state.withLock({ $0.files[key] }) else { return nil }
        guard isRemote else { return ByteSource(bytes) }
        return ByteSource(length: Int64(bytes.count)) { range in
            // One byte at a time, because callers must not expect more.
            let rest = Locked(bytes[Int(range.lowerBound)..<Int(range.upperBound)])
            return ByteStream { rest.withLock { $0.popFirst().map { [$0] } } }
        }
    }

    func open(_ keys: [BlobKey]) async throws -> [ByteSource?] {
        var sources: [ByteSource?] = []
        for key in keys { sources.append(try await open(key)) }
        return sources
    }

    func openLocally(_ key: BlobKey) async throws -> FileDescriptor? {
        guard let bytes = state.withLock({ $0.files[key] }) else { return nil }
        return try await pool.run { [folder] in
            let path = folder.appending("local-\(UniqueID())")
            let file = try FileDescriptor(creating: path)
            try Folder.remove(path)
            try file.write(bytes)
            return file
        }
    }

    func read(_ source: ByteSource, at offset: Int64, count: Int) async throws -> [UInt8] {
        try await source.read(at: offset, count: count, on: pool)
    }

    func sizes(of keys: [BlobKey]) async throws -> [Int64?] {
        state.withLock { state in keys.map { key in state.files[key].map { Int64($0.count) } } }
    }

    func digest(of key: BlobKey) async throws -> StagedBlob.Summary? {
        guard let file = try await openLocally(key) else { return nil }
        return try await pool.run { try StagedBlob.Summary(reading: file) }
    }

    func remove(_ key: BlobKey) async throws -> Bool {
        state.withLock { $0.files.removeValue(forKey: key) != nil }
    }

    func noteRemoval(of keys: [BlobKey]) async throws -> RemovalNote {
        state.withLock { state in
            let names = keys.filter { state.files[$0] != nil }.map { key in
                let name = PublishingIntent(key: key).name
                state.notes[name] = key
                return name
            }
            return RemovalNote(names: names)
        }
    }

    func withdraw(_ note: RemovalNote) async throws {
        state.withLock { state in for name in note.names { state.notes[name] = nil } }
    }

    func list(_ type: FileType) -> BlobListing {
        let files = state.withLock { state in
            state.files.filter { $0.key.type == type }.sorted { $0.key.path < $1.key.path }
        }
        let rest = Locked(files[...])
        return BlobListing {
            rest.withLock { rest in
                rest.popFirst().map { [ListedBlob(path: $0.key.path, key: $0.key, bytes: Int64($0.value.count))] }
            }
        }
    }

    func removeListed(_ blob: ListedBlob) async throws {
        if let key = blob.key { _ = try await remove(key) }
    }

    func staged() async throws -> [String] {
        let files = try await pool.run { [folder] in try Folder.names(in: folder) }
        return files + state.withLock { Array($0.notes.keys) }
    }

    func isInTransition(_ path: String) async throws -> Bool {
        state.withLock { state in state.notes.values.contains { $0.path == path } }
    }

    func removeStaged(_ name: String) async throws -> Bool {
        if state.withLock({ $0.notes.removeValue(forKey: name) != nil }) { return true }
        return try await pool.run { [folder] in try Folder.remove(folder.appending(name)) }
    }

    func removeLeftovers(
        isKnown: @Sendable (BlobKey) async throws -> Bool, isWaiting: @Sendable (String) async throws -> Bool
    ) async throws -> Int {
        var count = 0
        for name in try await pool.run({ [folder] in try Folder.names(in: folder) }) where try await !isWaiting(name) {
            if try await removeStaged(name) { count += 1 }
        }
        for (name, key) in state.withLock({ $0.notes }) {
            if try await !isKnown(key), try await remove(key) { count += 1 }
            if try await removeStaged(name) { count += 1 }
        }
        return count
    }

    func freeBytes() async throws -> Int64? { nil }

    func close() async { await pool.close() }
}

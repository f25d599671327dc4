internal import Domain
internal import Runtime
internal import Synchronization
public import SystemIO

/// A file that was received whole, and is closed until a job takes it up.
///
/// Unless it is kept, it is removed with the last reference.
public final class WaitingFile: Sendable {
    /// The name in the staging folder, by which it is found again.
    public let name: String
    fileprivate let path: FilePath
    private let isKept = Atomic(false)

    fileprivate init(name: String, in folder: FilePath) { (self.name, path) = (name, folder.appending(name)) }

    deinit {
        // The file may have been removed with its folder; a file that remains is removed at the next start.
        if !isKept.load(ordering: .relaxed) { _ = try? Folder.remove(path) }
    }

    /// The catalogue names the file now: it stays until `WaitingFiles.remove`.
    public func keep() { isKept.store(true, ordering: .relaxed) }
}

/// Files that were received whole and wait for a job, in the staging folder.
///
/// They are local for every store, as all that is staged. `BlobStore.removeLeftovers` spares those that the catalogue
/// names.
public struct WaitingFiles: Sendable {
    private static let filesAtOnce = 32

    let folder: FilePath
    let pool: BlockingPool<Void>

    init(folder: FilePath, pool: BlockingPool<Void>) { (self.folder, self.pool) = (folder, pool) }

    /// Closes a staged file that was written whole. The system begins to write it to the disk.
    public func add(_ blob: StagedBlob) async throws -> WaitingFile {
        try await pool.run { [folder] in
            blob.file.beginWriting()
            let file = WaitingFile(name: "\(UniqueID())", in: folder)
            // Its own name is gone, so that the blob removes nothing.
            try Folder.replace(file.path, with: blob.path)
            return file
        }
    }

    /// Waits until some files and their names are on stable storage, as many at once as there are threads: the system
    /// then commits them together.
    public func synchronize(_ files: [WaitingFile]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for start in stride(from: 0, to: files.count, by: Self.filesAtOnce) {
                let some = files[start..<min(start + Self.filesAtOnce, files.count)]
                group.addTask {
                    try await pool.run {
                        for file in some { try FileDescriptor(reading: file.path).synchronize() }
                    }
                }
            }
            try await group.waitForAll()
        }
        try await pool.run { [folder] in try Folder.synchronize(folder) }
    }

    /// A waiting file as a staged one, which can be published; nil if there is none of that name. The waiting file stays.
    public func resume(_ name: String) async throws -> StagedBlob? {
        try await pool.run { [folder, pool] in
            guard let path = path(of: name), try FileStatus.find(path) != nil else { return nil }
            return try StagedBlob(sharing: path, folder: folder, pool: pool)
        }
    }

    /// A waiting file, to be sent; nil if there is none of that name.
    public func open(_ name: String) async throws -> ByteSource? {
        try await pool.run {
            guard let path = path(of: name), try FileStatus.find(path) != nil else { return nil }
            let file = try FileDescriptor(reading: path, followingLinks: false)
            return ByteSource(file, length: try file.size())
        }
    }

    /// Removes files, as far as they are there.
    public func remove(_ names: [String]) async throws {
        try await pool.run { for name in names { if let path = path(of: name) { _ = try Folder.remove(path) } } }
    }

    /// Nil unless the text is a name that `add` gives.
    func path(of name: String) -> FilePath? { UniqueID(name).map { folder.appending("\($0)") } }
}

public import BlobStorage
public import CatalogStorage
public import CommandLine
public import RenditionStorage
internal import SQLite
public import SystemIO

/// The stores of one data folder, open.
public struct DataFolder: Sendable {
    public let path: FilePath
    public let catalog: Catalog
    public let store: any BlobStore
    public let cache: RenditionCache
    /// Nil if another process has the folder.
    public let lock: FolderLock?
    /// Whether other users of the machine could read the folder when it was opened.
    public let wasOpenToOthers: Bool

    /// Everything that is kept in the folder, by its name there.
    private static let contents = [
        "original", "full-size", "thumbnail", "compressed", "staging", "cache", "keys", "catalog.sqlite",
        "catalog.sqlite-wal", "catalog.sqlite-shm", "lock",
    ]

    public static let option = Option(
        "data", "FOLDER", .text, default: "./data", "The folder for all data.")

    /// Opens the stores, and makes what is missing. What this process creates from then on is its user's alone.
    ///
    /// - Parameters:
    ///   - cacheBytes: how many bytes of disk the renditions that are made on request may take.
    ///   - lockTimeout: how long to wait while another process has the folder.
    /// - Throws: `UsageError` if the folder cannot be used; what the stores throw.
    public static func open(
        _ path: FilePath, cacheBytes: Int64 = 0, lockTimeout: Duration = .zero
    ) async throws -> DataFolder {
        let status: FileStatus
        do {
            Permissions.keepNewFilesPrivate()
            try Folder.create(path, isDurable: true)
            status = try FileStatus(of: path, followingLinks: true)
        } catch {
            throw UsageError("the data folder \(path) cannot be created: \(error)")
        }
        let lock: FolderLock?
        do {
            lock = try await FolderLock.take(path, timeout: lockTimeout)
        } catch {
            throw UsageError("the data folder \(path) cannot be written to: \(error)")
        }
        let store = try FileBlobStore(root: path)
        let cache = try RenditionCache(root: path.appending("cache"), maximumBytes: cacheBytes)
        let database = try await SQLiteDatabase.open(SQLiteConfiguration(path: path.appending("catalog.sqlite").text))
        return DataFolder(
            path: path, catalog: try await Catalog.open(in: database), store: store, cache: cache, lock: lock,
            wasOpenToOthers: status.isOpenToOthers)
    }

    /// Takes the rights of other users from the folder and everything that is kept in it.
    ///
    /// - Throws: `SystemError`, for example if the folder belongs to another user.
    public func makePrivate() throws {
        // The folder first: nobody else reaches what is in it from then on.
        try Permissions.makePrivate(path, isRecursive: false)
        for name in Self.contents { try Permissions.makePrivate(path.appending(name)) }
    }

    /// Removes every image from the catalogue, and every file.
    public func reset() async throws {
        try await catalog.reset()
        try await store.reset()
        try await cache.scan()
        try await cache.reset()
    }

    public func close() async {
        await store.close()
        await cache.close()
        await catalog.close()
    }
}

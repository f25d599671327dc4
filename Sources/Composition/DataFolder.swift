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

    public static let option = Option(
        "data", "FOLDER", .text, default: "./data", "The folder for all data.")

    /// Opens the stores, and makes what is missing.
    ///
    /// - Parameters:
    ///   - cacheBytes: how many bytes of disk the renditions that are made on request may take.
    ///   - lockTimeout: how long to wait while another process has the folder.
    /// - Throws: `UsageError` if the folder cannot be used; what the stores throw.
    public static func open(
        _ path: FilePath, cacheBytes: Int64 = 0, lockTimeout: Duration = .zero
    ) async throws -> DataFolder {
        do {
            try Folder.create(path, isDurable: true)
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
            path: path, catalog: try await Catalog.open(in: database), store: store, cache: cache, lock: lock)
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

import BlobStorage
import CatalogStorage
import CommandLine
import RenditionStorage
import SQLite
import SystemIO

/// The stores of one data folder, open.
struct Stores {
    let folder: String
    let catalog: Catalog
    let store: FileBlobStore
    let cache: RenditionCache
    /// Nil where another process has the folder.
    let lock: FolderLock?

    static let dataOption = Option("data", "FOLDER", default: "./data", "The folder in which everything is kept.")

    /// - Parameters:
    ///   - cacheBytes: what renditions that are made on request may take of the disk.
    ///   - timeout: for how long another process may go on having the folder.
    static func open(
        _ arguments: ParsedArguments, cacheBytes: Int64 = 0, timeout: Duration = .zero
    ) async throws -> Stores {
        let folder = arguments.value("data") ?? "./data"
        do {
            try Folder.create(folder)
        } catch {
            throw UsageError("the data folder \(folder) cannot be made: \(error)")
        }
        let lock: FolderLock?
        do {
            lock = try await FolderLock.take(folder, timeout: timeout)
        } catch {
            throw UsageError("the data folder \(folder) cannot be written to: \(error)")
        }
        let store = try FileBlobStore(root: folder)
        let cache = try RenditionCache(root: folder + "/cache", maximumBytes: cacheBytes)
        let database = try await SQLiteDatabase.open(SQLiteConfiguration(path: folder + "/catalog.sqlite"))
        return Stores(
            folder: folder, catalog: try await Catalog.open(in: database), store: store, cache: cache,
            lock: lock)
    }

    /// Empties catalogue and files.
    func reset() async throws {
        try await catalog.reset()
        try await store.reset()
        try await cache.scan()
        try await cache.reset()
    }

    func close() async {
        await store.close()
        await cache.close()
        await catalog.close()
    }
}

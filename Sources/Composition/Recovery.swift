internal import CatalogStorage
internal import BlobStorage
internal import RenditionStorage
internal import Domain
public import Runtime
public import Telemetry

/// Brings a data folder back to order after a process that was killed: runs to its end before the server serves.
public struct Recovery: Service {
    private let folder: DataFolder
    private let log: Logger

    public init(folder: DataFolder, log: Logger) { (self.folder, self.log) = (folder, log) }

    public func run(ready: @escaping @Sendable () -> Void) async throws {
        try await removeLeftovers()
        try await folder.cache.scan()
        try await folder.cache.purgeUnknown { try await folder.catalog.isKnown($0) }
        // Only this process uses the data folder, so the holder of any lease has been killed.
        try await folder.catalog.endLeases()
        try await folder.catalog.releaseKeys()
        ready()
    }

    /// Removes unfinished uploads, and files that were published and never recorded.
    private func removeLeftovers() async throws {
        let count = try await folder.store.removeLeftovers(
            isKnown: { try await folder.catalog.hasFile(at: $0) },
            isWaiting: { try await folder.catalog.hasUpload(named: $0) })
        if count > 0 { log.log(.warning, "leftovers of a crash removed", ["files": .number(Int64(count))]) }
    }
}

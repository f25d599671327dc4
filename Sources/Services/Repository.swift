public import BlobStorage
public import CatalogStorage
internal import Domain
public import Imaging
internal import Runtime
public import Telemetry

/// What the use cases work on: the stores, and what keeps them from getting into each other's way.
public struct Repository: Sendable {
    public let catalog: Catalog
    public let store: FileBlobStore
    public let imaging: ImagingWorkers
    public let metrics: RepositoryMetrics
    public let log: Logger
    /// Whoever adds or removes files of a content holds its lock.
    let locks = KeyedLock<Digest>()

    public init(
        catalog: Catalog, store: FileBlobStore, imaging: ImagingWorkers, metrics: RepositoryMetrics, log: Logger
    ) {
        (self.catalog, self.store, self.imaging) = (catalog, store, imaging)
        (self.metrics, self.log) = (metrics, log)
    }
}

/// What the use cases count.
public struct RepositoryMetrics: Sendable {
    let uploads: Counter
    let renders: [FileType: Counter]
    let failedRenders: Counter
    let renderTime: Histogram

    public init(_ metrics: Metrics) {
        uploads = metrics.counter("tintype_uploads_total", "Images added, without duplicates.")
        var renders: [FileType: Counter] = [:]
        for type in FileType.kept + [.compressed] {
            renders[type] = metrics.counter(
                "tintype_renders_total", "Renditions made.", labels: [("type", type.rawValue)])
        }
        self.renders = renders
        failedRenders = metrics.counter("tintype_render_failures_total", "Decodings that failed.")
        renderTime = metrics.histogram("tintype_render_seconds", "Time to make the kept renditions of one image.")
    }
}

public import BlobStorage
public import CatalogStorage
internal import Domain
public import Imaging
public import RenditionStorage
internal import Runtime
public import Telemetry

/// What the use cases work on: the stores, and the locks between them.
public struct Repository: Sendable {
    public let catalog: Catalog
    public let store: any BlobStore
    public let cache: RenditionCache
    public let imaging: ImagingWorkers
    public let metrics: RepositoryMetrics
    public let log: Logger
    /// Held while files of a content are added or removed.
    let locks = KeyedLock<Digest>()

    public init(
        catalog: Catalog, store: any BlobStore, cache: RenditionCache, imaging: ImagingWorkers,
        metrics: RepositoryMetrics, log: Logger
    ) {
        (self.catalog, self.store, self.cache, self.imaging) = (catalog, store, cache, imaging)
        (self.metrics, self.log) = (metrics, log)
    }
}

/// The counters of the use cases.
public struct RepositoryMetrics: Sendable {
    let uploads: Counter
    let renders: [FileType: Counter]
    let transformations: Counter
    let pyramids: Counter, failedPyramids: Counter
    let cacheHits: Counter
    let failedRenders: Counter
    let renderTime: Histogram
    let deliveries: Counter, failedDeliveries: Counter

    public init(_ metrics: Metrics) {
        uploads = metrics.counter("tintype_uploads_total", "Images added, without duplicates.")
        var renders: [FileType: Counter] = [:]
        for type in FileType.kept + [.compressed] {
            renders[type] = metrics.counter(
                "tintype_renders_total", "Renditions made.", labels: [("type", type.rawValue)])
        }
        self.renders = renders
        transformations = metrics.counter(
            "tintype_renders_total", "Renditions made.", labels: [("type", "transformed")])
        pyramids = metrics.counter("tintype_pyramids_made_total", "Pyramids of large images made and kept.")
        failedPyramids = metrics.counter(
            "tintype_pyramid_failures_total", "Pyramids that could not be made.")
        cacheHits = metrics.counter("tintype_rendition_cache_hits_total", "Renditions found in the cache.")
        failedRenders = metrics.counter("tintype_render_failures_total", "Decodings that failed.")
        func deliveries(_ outcome: String) -> Counter {
            metrics.counter(
                "tintype_webhook_deliveries_total", "Requests to webhooks.", labels: [("outcome", outcome)])
        }
        (self.deliveries, failedDeliveries) = (deliveries("done"), deliveries("failed"))
        renderTime = metrics.histogram("tintype_render_seconds", "Time to make the kept renditions of one image.")
    }
}

internal import HTTPServer
internal import RenditionStorage
internal import Services
internal import SystemIO
internal import Telemetry

/// Gauges of the server's own state, read whenever the metrics are.
enum ServerMetrics {
    static func observe(_ server: Server, in metrics: Metrics) {
        metrics.gauge("tintype_http_connections", "Open connections.") { Double(server.load.connections) }
        metrics.gauge("tintype_http_requests", "Requests under way.") { Double(server.load.requests) }
    }

    static func observe(_ assembly: RepositoryAssembly, cache: RenditionCache) {
        let metrics = assembly.metrics
        ProgramVersion.current.observe(in: metrics)
        let (admission, library, openFiles) = (assembly.admission, assembly.library, assembly.openFiles)
        metrics.gauge("tintype_rendition_cache_bytes", "Bytes of disk that kept renditions take.") {
            Double(cache.size.bytes)
        }
        metrics.gauge("tintype_rendition_cache_files", "Renditions that are kept.") { Double(cache.size.count) }
        metrics.gauge("tintype_renders_waiting", "Renditions that wait to be made.") {
            Double(admission.load.waiting)
        }
        metrics.gauge("tintype_render_bytes", "Memory that renditions under way may need.") {
            Double(admission.load.bytes)
        }
        metrics.gauge("tintype_resident_bytes", "Memory of the server's process.") {
            Double(ProcessLimits.residentBytes)
        }
        metrics.gauge("tintype_open_files", "Kept files that are held open.") { Double(openFiles.count) }
        metrics.gauge("tintype_images", "Images in the catalogue; NaN if it cannot be read.") {
            await library.imageCount().map { Double($0) } ?? .nan
        }
    }
}

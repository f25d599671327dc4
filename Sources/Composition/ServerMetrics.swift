internal import Domain
internal import HTTPServer
internal import RenditionStorage
internal import Runtime
internal import Services
internal import SystemIO
internal import Telemetry

/// Gauges of the server's own state, read whenever the metrics are.
enum ServerMetrics {
    static func observe(_ server: Server, in metrics: Metrics) {
        metrics.gauge("tintype_http_connections", "Open connections.") { Double(server.load.connections) }
        metrics.gauge("tintype_http_requests", "Requests under way.") { Double(server.load.requests) }
    }

    static func observe(_ certificate: Replaceable<TLSCertificate>, in metrics: Metrics) {
        metrics.gauge(
            "tintype_tls_certificate_expiry_timestamp_seconds",
            "When the certificate of the server expires, in seconds since 1970."
        ) { Double(certificate.value.notAfter) }
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
        observe(assembly.jobs, in: metrics)
        metrics.gauge("tintype_images", "Images in the catalogue; NaN if it cannot be read.") {
            await library.imageCount().map { Double($0) } ?? .nan
        }
    }

    /// A catalogue that cannot be read has no values: a zero would look like an empty queue.
    private static func observe(_ jobs: Jobs, in metrics: Metrics) {
        metrics.gauges("tintype_jobs", "Jobs that wait (queued), run or have failed, by kind.") {
            guard let backlog = await jobs.backlog() else { return [] }
            return Job.Kind.allCases.flatMap { kind in
                JobBacklog.states.map { state in
                    Metrics.Reading(
                        [("kind", kind.rawValue), ("state", state.rawValue)], Double(backlog.count(of: kind, state)))
                }
            }
        }
        metrics.gauges("tintype_job_oldest_seconds", "Age of the oldest job that waits, by kind; 0 if none does.") {
            guard let backlog = await jobs.backlog() else { return [] }
            return Job.Kind.allCases.map { Metrics.Reading([("kind", $0.rawValue)], backlog.age(of: $0)) }
        }
    }
}

import API
import HTTPServer
import HTTPTypes
import Imaging
import KeyStorage
import PasswordHashing
import RenditionStorage
import Services
import SystemIO
import Telemetry

/// Everything that serves, wired together: the one place that knows every room.
struct ServerAssembly {
    let imaging: ImagingWorkers
    let runner: JobRunner
    let renditions: Renditions
    let handler: any HTTPHandler
    let log: Logger
    let passwords = Passwords(workers: PasswordWorkers(executable: "/proc/self/exe", queue: 512))
    private let metrics: Metrics

    init(stores: Stores, keys: KeyRing, addressKeys: AddressKeys, settings: ServeSettings, log: Logger, openFiles: Int)
    {
        self.log = log
        metrics = Metrics()
        imaging = ImagingWorkers(
            executable: "/proc/self/exe", workers: settings.workers, queue: settings.queue,
            limits: settings.imagingLimits)
        let repository = Repository(
            catalog: stores.catalog, store: stores.store, cache: stores.cache, imaging: imaging,
            metrics: RepositoryMetrics(metrics), log: log)
        let admission = RenderAdmission(
            budget: settings.renderMemory, workers: settings.workers, places: 2 * settings.workers,
            maximumWaiting: settings.queue)
        // A quarter of the descriptors for files that are kept open; the rest is for connections.
        renditions = Renditions(repository: repository, openFiles: min(2048, openFiles / 4), admission: admission)
        let jobs = Jobs(repository: repository)
        runner = JobRunner(repository: repository, renditions: renditions, jobs: jobs, concurrency: settings.workers)
        let ingest = Ingest(
            repository: repository, renditions: renditions, jobs: jobs, derivation: settings.derivation,
            maximumBytes: settings.limits.bodyBytes, imports: settings.imports)
        let library = Library(repository: repository, renditions: renditions)
        let signatures = AddressSignatures(keys: addressKeys, isRequired: settings.requiresSignatures)
        let known = ViewerCache()
        let accounts = Accounts(
            repository: repository, library: library, passwords: passwords, known: known,
            registration: settings.registration, defaultQuotaBytes: settings.quotaBytes)
        let authenticator = Authenticator(
            repository: repository, keys: keys, known: known, accounts: accounts, policy: settings.access)
        let sessions = Sessions(repository: repository, passwords: passwords, keys: keys, known: known)
        let routes =
            UploadRoutes(ingest: ingest).routes
            + ImageRoutes(library: library, renditions: renditions).routes
            + RenderRoutes(renditions: renditions, signatures: signatures, presets: settings.presets).routes
            + ImageServiceRoutes(
                renditions: renditions, signatures: signatures, address: PublicAddress(settings.publicURL)
            ).routes
            + CompressedFileRoutes(ingest: ingest, library: library).routes
            + StoreRoutes(renditions: renditions, jobs: jobs, signatures: signatures).routes
            + SearchRoutes(search: ImageSearch(repository: repository)).routes
            + DigestRoutes(library: library).routes
            + OperationRoutes(inventory: Inventory(repository: repository), jobs: jobs).routes
            + JobRoutes(jobs: jobs).routes
            + HealthRoutes(health: Health(repository: repository), metrics: metrics).routes
            + AccountRoutes(accounts: accounts).routes
            + SessionRoutes(sessions: sessions, accounts: accounts).routes
            + TokenRoutes(tokens: Tokens(repository: repository, known: known)).routes
            + CollectionRoutes(accounts: accounts, library: library).routes
            + ArchiveRoutes(archives: Archives(repository: repository), accounts: accounts).routes
            + WebRoutes(library: library).routes
        let application = Application(routes: routes, log: log, authenticator: authenticator)
        let guarded = SameOrigin(application, origins: settings.origins)
        handler = RequestLog(
            CrossOrigin(guarded, origins: settings.origins), log: settings.logsRequests ? log : nil,
            metrics: metrics)
        observe(library: library, renditions: renditions)
        observe(stores.cache, admission)
    }

    /// Adds the server's own numbers to the metrics.
    func observe(_ server: Server) {
        metrics.gauge("tintype_http_connections", "Open connections.") { Double(server.load.connections) }
        metrics.gauge("tintype_http_requests", "Requests under way.") { Double(server.load.requests) }
    }

    private func observe(_ cache: RenditionCache, _ admission: RenderAdmission) {
        metrics.gauge("tintype_rendition_cache_bytes", "What kept renditions take of the disk.") {
            Double(cache.size.bytes)
        }
        metrics.gauge("tintype_rendition_cache_files", "Renditions that are kept.") { Double(cache.size.count) }
        metrics.gauge("tintype_renders_waiting", "Renditions that wait to be made.") {
            Double(admission.load.waiting)
        }
        metrics.gauge("tintype_render_bytes", "Memory that renditions under way may need.") {
            Double(admission.load.bytes)
        }
    }

    private func observe(library: Library, renditions: Renditions) {
        metrics.gauge("tintype_resident_bytes", "Memory of the server's process.") {
            Double(ProcessLimits.residentBytes)
        }
        metrics.gauge("tintype_open_files", "Kept files that are held open.") { Double(renditions.openFileCount) }
        metrics.gauge("tintype_images", "Images in the catalogue; NaN where it cannot be read.") {
            await library.imageCount().map { Double($0) } ?? .nan
        }
    }
}

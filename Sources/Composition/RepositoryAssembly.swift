internal import CatalogStorage
internal import HTTPServer
internal import Imaging
internal import PasswordHashing
internal import Runtime
public import Services
internal import SystemIO
public import Telemetry

/// The services that work on one data folder, wired together. The server, `check` and `accounts` use the same ones.
public struct RepositoryAssembly: Sendable {
    public let repository: Repository
    public let openFiles: OpenFiles
    public let kept: KeptRenditions
    public let requested: RequestedRenditions
    public let compressed: CompressedFiles
    public let files: ImageFiles
    public let library: Library
    public let trash: Trash
    let albums: Albums
    let selections: Selections
    let changes: Changes
    public let jobs: Jobs
    let ingest: Ingest
    let originals: OriginalReplacement
    let bulk: BulkChanges
    public let uploads: ResumableUploads
    public let accounts: Accounts
    public let metrics: Metrics
    public let log: Logger
    let imaging: ImagingWorkers
    let publication: FilePublication
    let pyramids: Pyramids
    let admission: RenderAdmission
    let passwords: Passwords
    private let folder: DataFolder

    public init(folder: DataFolder, settings: ServerSettings, log: Logger) throws {
        (self.folder, self.log) = (folder, log)
        metrics = Metrics()
        imaging = ImagingWorkers(
            executable: settings.workerExecutable, workers: settings.workers, queue: settings.queue,
            limits: settings.imagingLimits)
        passwords = Passwords(workers: PasswordWorkers(executable: settings.workerExecutable, queue: 512))
        repository = Repository(
            catalog: folder.catalog.with(settings.publicDefaults), store: folder.store, cache: folder.cache,
            imaging: imaging,
            metrics: RepositoryMetrics(metrics), log: log)
        admission = RenderAdmission(
            budget: settings.renderMemory, workers: settings.workers, slots: 2 * settings.workers,
            maximumWaiting: settings.queue)
        // A quarter of the descriptors for files that are kept open; the rest is for connections.
        openFiles = OpenFiles(repository: repository, capacity: min(2048, ProcessLimits.openFiles / 4))
        publication = FilePublication(repository: repository, openFiles: openFiles)
        pyramids = Pyramids(repository: repository, admission: admission)
        kept = KeptRenditions(repository: repository, publication: publication, admission: admission)
        requested = RequestedRenditions(
            repository: repository, openFiles: openFiles, pyramids: pyramids, admission: admission,
            avifEffort: settings.avifEffort)
        compressed = CompressedFiles(
            repository: repository, publication: publication, openFiles: openFiles, admission: admission)
        files = ImageFiles(
            repository: repository, openFiles: openFiles, publication: publication, kept: kept,
            compressed: compressed, requested: requested)
        jobs = Jobs(repository: repository)
        trash = Trash(
            repository: repository, publication: publication, openFiles: openFiles, jobs: jobs,
            days: settings.trashDays)
        library = Library(
            repository: repository, publication: publication, openFiles: openFiles, trash: trash, jobs: jobs)
        albums = Albums(repository: repository)
        selections = Selections(repository: repository)
        bulk = BulkChanges(
            repository: repository, publication: publication, openFiles: openFiles, jobs: jobs, trash: trash,
            albums: albums)
        ingest = Ingest(
            repository: repository, publication: publication, kept: kept, openFiles: openFiles, jobs: jobs,
            derivationTime: settings.derivationTime, maximumBytes: settings.listener.limits.bodyBytes,
            importFolder: settings.importFolder)
        originals = OriginalReplacement(
            repository: repository, publication: publication, openFiles: openFiles, ingest: ingest, trash: trash)
        changes = Changes(repository: repository)
        uploads = ResumableUploads(
            repository: repository, ingest: ingest, albums: albums, limits: settings.uploads)
        accounts = Accounts(
            repository: repository, library: library, passwords: passwords, registration: settings.registration,
            defaultQuotaBytes: settings.quotaBytes,
            setupCode: try SetupCode())
    }

    /// Ends the worker processes and closes the stores.
    public func close() async {
        await imaging.close()
        await passwords.close()
        await folder.close()
    }
}

/// Keeps what other services work on open until they have stopped.
struct OpenRepository: Service {
    let assembly: RepositoryAssembly

    func run(ready: @escaping @Sendable () -> Void) async {
        ready()
        await ChangeSignal().wait(after: 0)
        await assembly.close()
    }
}

internal import Imaging
internal import PasswordHashing
internal import Runtime
public import Services
internal import SystemIO
public import Telemetry

/// The services that work on one data folder, wired together. The server, `check` and `accounts` use the same ones.
public struct RepositoryAssembly: Sendable {
    public let repository: Repository
    public let renditions: Renditions
    public let library: Library
    public let jobs: Jobs
    public let accounts: Accounts
    public let metrics: Metrics
    public let log: Logger
    let imaging: ImagingWorkers
    let admission: RenderAdmission
    let passwords: Passwords
    let viewers = ViewerCache()
    private let folder: DataFolder

    public init(folder: DataFolder, settings: ServerSettings, log: Logger) {
        (self.folder, self.log) = (folder, log)
        metrics = Metrics()
        imaging = ImagingWorkers(
            executable: settings.workerExecutable, workers: settings.workers, queue: settings.queue,
            limits: settings.imagingLimits)
        passwords = Passwords(workers: PasswordWorkers(executable: settings.workerExecutable, queue: 512))
        repository = Repository(
            catalog: folder.catalog, store: folder.store, cache: folder.cache, imaging: imaging,
            metrics: RepositoryMetrics(metrics), log: log)
        admission = RenderAdmission(
            budget: settings.renderMemory, workers: settings.workers, places: 2 * settings.workers,
            maximumWaiting: settings.queue)
        // A quarter of the descriptors for files that are kept open; the rest is for connections.
        renditions = Renditions(
            repository: repository, openFiles: min(2048, ProcessLimits.openFiles / 4), admission: admission)
        library = Library(repository: repository, renditions: renditions)
        jobs = Jobs(repository: repository)
        accounts = Accounts(
            repository: repository, library: library, passwords: passwords, known: viewers,
            registration: settings.registration, defaultQuotaBytes: settings.quotaBytes)
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

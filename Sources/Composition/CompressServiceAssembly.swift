internal import HTTPServer
internal import API
internal import HTTPClient
public import HTTPTypes
internal import Imaging
public import Runtime
public import Telemetry

/// The compressor that is a server of its own, wired together.
public struct CompressServiceAssembly: Sendable {
    public let handler: any HTTPHandler
    private let settings: CompressServiceSettings
    private let client: HTTPClient
    private let compressor: RemoteCompressor
    private let imaging: ImagingWorkers
    private let log: Logger
    private let drain: Drain

    /// - Parameter userAgent: what the store is told of the program that asks.
    public init(settings: CompressServiceSettings, userAgent: String, log: Logger) {
        (self.settings, self.log) = (settings, log)
        let drain = Drain(seconds: settings.listener.drainSeconds)
        self.drain = drain
        imaging = ImagingWorkers(
            executable: settings.workerExecutable, workers: settings.workers, queue: settings.queue)
        var clientSettings = HTTPClientSettings(userAgent: userAgent)
        clientSettings.certificateFile = settings.certificateFile
        client = HTTPClient(settings: clientSettings, concurrency: settings.workers + 2)
        let compressor = RemoteCompressor(settings: settings, client: client, imaging: imaging)
        self.compressor = compressor
        let metrics = Metrics()
        ProgramVersion.current.observe(in: metrics)
        let routes =
            CompressionServiceRoutes(
                compress: { try await compressor.compress($0, as: $1, token: $2) },
                objection: {
                    if drain.hasBegun { return "the server is stopping" }
                    return await compressor.isReady() ? nil : "the store does not answer"
                }, metrics: metrics,
                version: ProgramVersion.current.number
            ).routes + ProblemRoutes().routes
        handler = RequestLog(
            Application(routes: routes, log: log, authenticator: nil),
            log: { [logsRequests = settings.logsRequests] in logsRequests ? log : nil }, metrics: metrics)
    }

    /// - Parameter listening: called with the addresses once the server listens.
    public func services(listening: @escaping @Sendable (_ addresses: [String]) -> Void) -> [any Service] {
        [
            OpenCompressor(assembly: self), ConfinementReport(imaging: imaging, files: [], log: log),
        ]
            + HTTPService.services(
                settings.listener, proxies: Replaceable(settings.listener.proxies), handler: handler, drain: drain
            ) { listening($0.addresses) }
    }

    fileprivate func close() async {
        await client.close()
        await compressor.close()
        await imaging.close()
    }
}

/// Keeps what the server works with open until it has stopped.
private struct OpenCompressor: Service {
    let assembly: CompressServiceAssembly

    func run(ready: @escaping @Sendable () -> Void) async {
        ready()
        await ChangeSignal().wait(after: 0)
        await assembly.close()
    }
}

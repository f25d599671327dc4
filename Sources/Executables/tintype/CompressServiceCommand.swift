import API
import Client
import CommandLine
import Domain
import Glibc
import HTTPClient
import HTTPServer
import Imaging
import Runtime
import Services
import SystemIO
import Telemetry

/// `tintype compress-service`: the compressor as a server of its own, which keeps nothing.
enum CompressServiceCommand {
    static let syntax = CommandSyntax(
        "compress-service", "Compress the images of another Tintype, as a server of its own.",
        options: [
            Option("store", "URL", "The Tintype whose images are compressed."),
            Option("host", "ADDRESS", default: "127.0.0.1", "The address to listen on."),
            Option("port", "PORT", default: "5001", "The port to listen on; 0 lets the system choose."),
            Option(
                "workers", "NUMBER", "How many images are compressed at once; one a processor where it is not given."),
            Option("queue", "NUMBER", default: "256", "How many images may wait to be compressed."),
            Option(
                "token-file", "FILE",
                "A file with the token by which the store is asked where a request shows none of its own; TINTYPE_TOKEN holds one too."
            ),
            Option("ca-file", "FILE", "Certificates to trust instead of the system's, as PEM."),
            Option(
                "retry-timeout", "SECONDS", default: "20",
                "How long to retry while the store cannot be reached or is busy."),
            Option("scratch", "FOLDER", default: "/tmp", "Where images are while they are compressed."),
            Option("access-log", "ON|OFF", default: "on", "Whether every request is logged."),
        ])

    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        let settings = try CompressServiceSettings(arguments)
        ProcessLimits.raiseOpenFiles()
        let log = Logger(output: FileDescriptor(owning: STDERR_FILENO), level: .info) { Timestamp.now.description }
        let imaging = ImagingWorkers(executable: "/proc/self/exe", workers: settings.workers, queue: settings.queue)
        var clientSettings = HTTPClientSettings(userAgent: "\(Program.name)/\(Program.version)")
        clientSettings.certificateFile = settings.certificateFile
        let client = HTTPClient(settings: clientSettings, concurrency: settings.workers + 2)
        let compressor = RemoteCompressor(settings: settings, client: client, imaging: imaging)
        let metrics = Metrics()
        let routes = CompressionServiceRoutes(
            compress: { try await compressor.compress($0, as: $1, token: $2) },
            isReady: { await compressor.isReady() }, metrics: metrics
        ).routes
        let handler = RequestLog(
            Application(routes: routes, log: log, authenticator: nil), log: settings.logsRequests ? log : nil,
            metrics: metrics)
        let server = try Server(
            host: settings.host, port: settings.port, threads: ProcessLimits.processors, limits: ServerLimits(),
            handler: handler)
        TerminationSignals.postpone()
        print("Tintype compresses on http://\(settings.hostInURL):\(server.port)/ the images of \(settings.store)")
        fflush(nil)
        try await serve(server, log)
        await client.close()
        await compressor.close()
        await imaging.close()
        log.log(.info, "stopped")
        log.close()
        return Program.Exit.ok
    }

    /// Serves until a signal asks to end.
    private static func serve(_ server: Server, _ log: Logger) async throws {
        let serving = Task { try await server.run() }
        let waiting = Task {
            await TerminationSignals.wait()
            log.log(.info, "stopping")
            serving.cancel()
        }
        defer { waiting.cancel() }
        try await serving.value
    }
}

/// The options of `tintype compress-service`, read.
struct CompressServiceSettings {
    let store: ServerAddress
    let host: String
    let port: Int
    let workers: Int
    let queue: Int
    /// By which the store is asked where a request shows no token.
    let token: String?
    let certificateFile: String?
    let retryTimeout: Double
    let scratch: FilePath
    let logsRequests: Bool

    init(_ arguments: ParsedArguments) throws {
        guard let address = arguments.value("store") else {
            throw UsageError("say whose images: --store http://localhost:5000")
        }
        store = try ServerAddress(address)
        host = arguments.value("host") ?? "127.0.0.1"
        port = try arguments.number("port", in: 0...65_535) ?? 5001
        workers = try arguments.number("workers", in: 1...256) ?? ProcessLimits.processors
        queue = try arguments.number("queue", in: 1...1_000_000) ?? 256
        token = try Self.token(arguments.value("token-file"))
        certificateFile = arguments.value("ca-file")
        retryTimeout = Double(try arguments.number("retry-timeout", in: 0...86_400) ?? 20)
        scratch = FilePath(arguments.value("scratch") ?? "/tmp")
        guard let logs = ["on": true, "off": false][arguments.value("access-log") ?? "on"] else {
            throw UsageError("--access-log takes on or off")
        }
        logsRequests = logs
    }

    /// The host as it stands in a URL.
    var hostInURL: String { host.contains(":") ? "[\(host)]" : host }

    private static func token(_ path: String?) throws -> String? {
        guard let path else { return Program.environment["TINTYPE_TOKEN"].flatMap { $0.isEmpty ? nil : $0 } }
        do {
            let bytes = try FileDescriptor(reading: FilePath(path)).read(at: 0, count: 64 << 10)
            let text = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
            guard !text.isEmpty else { throw UsageError("--token-file: the file is empty") }
            return text
        } catch let error as SystemError {
            throw UsageError("--token-file: the file cannot be read: \(error.meaning)")
        }
    }
}

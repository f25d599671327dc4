public import Client
public import CommandLine
internal import HTTPServer
public import SystemIO

/// The options of `tintype compress-service`, read.
public struct CompressServiceSettings: Sendable {
    public var listener: ListenerSettings
    /// The server whose images are compressed.
    public var store: ServerAddress
    public var workers: Int
    public var queue: Int
    /// Sent to the store if a request has no token of its own.
    public var token: String?
    public var certificateFile: String?
    /// Seconds to retry while the store cannot be reached or is busy.
    public var retryTimeout: Double
    public var scratch: FilePath
    public var logsRequests: Bool
    /// The program that is started for work in child processes: this one.
    public var workerExecutable = "/proc/self/exe"

    private static let store = Option<String?>("store", "URL", .text, "The Tintype server whose images are compressed.")
    private static let host = Option("host", "ADDRESS", .text, default: "127.0.0.1", "The address to listen on.")
    private static let port = Option(
        "port", "PORT", .integer(in: 0...65_535), default: 5001, "The port to listen on; 0 lets the system choose.")
    private static let workers = Option(
        "workers", "NUMBER", .integer(in: 1...256), default: ProcessLimits.processors,
        defaultText: "one for each processor",
        "The number of images that are compressed concurrently.")
    private static let queue = Option(
        "queue", "NUMBER", .integer(in: 1...1_000_000), default: 256,
        "The maximum number of images that wait to be compressed.")
    private static let tokenFile = Option<String?>(
        "token-file", "FILE", .text,
        "A file with the token that is sent to the store if a request has no token. TINTYPE_TOKEN can contain the token instead."
    )
    private static let certificateFile = Option<String?>(
        "ca-file", "FILE", .text, "A PEM file of certificates to trust instead of the system's.")
    private static let retryTimeout = Option(
        "retry-timeout", "SECONDS", .seconds(in: 0...86_400), default: 20,
        "How long to retry if the store cannot be reached or is busy.")
    private static let scratch = Option(
        "scratch", "FOLDER", .text, default: "/tmp", "The folder for temporary files.")
    private static let accessLog = Option(
        "access-log", "ON|OFF", .onOrOff, default: true, "Whether every request is logged.")

    private static let configuration = Option<String?>(
        "config", "FILE", .text,
        "A configuration file in TOML, of this program's own. Its keys are the names of these options, such as port = 5001. Options and environment variables take precedence."
    )

    /// Those that the configuration file may have.
    private static let fileOptions: [any AnyOption] = [
        store, host, port, ServerOptions.unixSocket, ServerOptions.unixSocketMode, workers, queue, tokenFile,
        certificateFile, retryTimeout, scratch, ServerOptions.drainDelay, accessLog,
    ]

    /// All of them, in the order of the help text.
    public static let options: [any AnyOption] = fileOptions + [configuration]

    /// - Parameters:
    ///   - given: those of the command line and of the environment; what they do not have is taken from the file that
    ///     they name.
    ///   - environmentToken: the token that the environment has, if any.
    /// - Throws: `UsageError` that names the option and says what it takes.
    public init(_ given: ParsedArguments, environmentToken: String?) throws {
        let arguments = try ServerConfiguration.completed(
            given, for: Self.fileOptions, of: Self.fileOptions, named: Self.configuration)
        guard let address = try arguments.value(of: Self.store) else {
            throw UsageError("say whose images: --store http://localhost:5000")
        }
        store = try ServerAddress(address)
        listener = ListenerSettings(
            host: try arguments.value(of: Self.host), port: try arguments.value(of: Self.port),
            threads: ProcessLimits.processors, graceSeconds: 30)
        try listener.listen(onUnixSocket: arguments, address: [Self.host, Self.port])
        listener.drainSeconds = try arguments.value(of: ServerOptions.drainDelay)
        workers = try arguments.value(of: Self.workers)
        queue = try arguments.value(of: Self.queue)
        token = try arguments.value(of: Self.tokenFile).map(Self.readToken) ?? environmentToken
        certificateFile = try arguments.value(of: Self.certificateFile)
        retryTimeout = try arguments.value(of: Self.retryTimeout)
        scratch = FilePath(try arguments.value(of: Self.scratch))
        logsRequests = try arguments.value(of: Self.accessLog)
    }

    private static func readToken(_ path: String) throws -> String {
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

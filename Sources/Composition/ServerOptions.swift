public import CommandLine
internal import HTTPServer
internal import Imaging
internal import Services
internal import SystemIO
internal import Telemetry

/// The options of `tintype serve`. Each is declared once: name, type, bounds, default and help text.
public enum ServerOptions {
    static let host = Option("host", "ADDRESS", .text, default: "127.0.0.1", "The address to listen on.")
    static let port = Option(
        "port", "PORT", .integer(in: 0...65_535), default: 5000, "The port to listen on; 0 lets the system choose.")
    static let access = Option(
        "access", "WHO", accessPolicy, default: AccessPolicy.untilAccounts,
        defaultText: "everybody while there are no accounts, from a loopback address only",
        "Who may write without an account: open lets everybody, accounts nobody.")
    static let registration = Option<Registration?>(
        "registration", "WHO", .choice,
        "Who may make an account: open lets everybody, invite those with an invitation, closed only admins. The default is open on a loopback address, and closed elsewhere."
    )
    static let quota = Option<Int64?>(
        "quota", "BYTES", .byteCount, "The most bytes of originals of a new account. There is no limit by default.")
    static let derive = Option(
        "derive", "WHEN", .choice, default: Ingest.DerivationTime.later,
        "When thumbnails and full-size files are made: now (before an upload is answered), later (by a job), or never (when asked for)."
    )
    static let workers = Option(
        "workers", "NUMBER", .integer(in: 1...256), default: ProcessLimits.processors, defaultText: "one a processor",
        "How many images are decoded at once.")
    static let queue = Option(
        "queue", "NUMBER", .integer(in: 1...1_000_000), default: 256,
        "How many images may wait to be examined, and how many to be decoded.")
    static let cacheSize = Option<Int64>(
        "cache-size", "BYTES", .byteCount, default: 4 << 30,
        "The most bytes of disk for renditions that are made on request; least recently used go first.")
    static let renderMemory = Option<Int64>(
        "render-memory", "BYTES", .byteCount, default: 1 << 30,
        "The most memory that renditions under way may need together; others wait.")
    static let maximumBody = Option(
        "max-body", "BYTES", .byteCount, default: ServerLimits().bodyBytes, "The most bytes of a request's body.")
    static let maximumHeader = Option(
        "max-header", "BYTES", .byteCount, default: Int64(ServerLimits().headerBytes),
        "The most bytes of a request's header fields.")
    static let maximumPixels = Option(
        "max-pixels", "NUMBER", .integer(in: 1...10_000_000_000), default: Int(ImagingLimits().maximumPixels),
        "The most pixels of an image.")
    static let maximumFrames = Option(
        "max-frames", "NUMBER", .integer(in: 1...1_000_000), default: ImagingLimits().maximumFrames,
        "The most frames or pages of an image.")
    static let maximumConnections = Option(
        "max-connections", "NUMBER", .integer(in: 1...100_000), default: ServerLimits().connections,
        "The most open connections.")
    static let maximumConnectionsPerAddress = Option(
        "max-connections-per-address", "NUMBER", .integer(in: 1...100_000),
        default: ServerLimits().connectionsPerAddress, "The most open connections of one address.")
    static let headerTimeout = Option(
        "header-timeout", "SECONDS", .seconds(in: day), default: ServerLimits().headerSeconds,
        "How long a new connection may take for its first request's head.")
    static let idleTimeout = Option(
        "idle-timeout", "SECONDS", .seconds(in: day), default: ServerLimits().idleSeconds,
        "How long a connection may be idle.")
    static let requestTimeout = Option(
        "request-timeout", "SECONDS", .seconds(in: day), default: ServerLimits().requestSeconds,
        "How long one request may take in all.")
    static let bodyGrace = Option(
        "body-grace", "SECONDS", .seconds(in: day), default: ServerLimits().bodyGraceSeconds,
        "How long a body may come slower than 1 KiB a second.")
    static let stopTimeout = Option(
        "stop-timeout", "SECONDS", .seconds(in: 0...3600), default: 30,
        "How long requests under way may take once the server is stopping.")
    static let httpThreads = Option(
        "http-threads", "NUMBER", .integer(in: 1...64), default: ProcessLimits.processors,
        defaultText: "one a processor", "Threads that move bytes.")
    static let publicURL = Option<String?>(
        "public-url", "URL", originURL,
        "Where the server is reached from outside, such as https://images.example.org. The default is what each request says."
    )
    static let requireSignatures = Option(
        flag: "require-signatures", "Answer requests for renditions only if their addresses are signed.")
    static let presets = Option<String?>(
        "presets", "FILE", .text,
        "Transformations with names, for preset=NAME: JSON such as {\"card\": {\"width\": 400, \"fit\": \"cover\"}}.")
    static let importFolder = Option<String?>(
        "import-dir", "FOLDER", .text, "A folder from which clients may import files by their names.")
    static let corsOrigins = Option(
        "cors-origins", "LIST", .list, default: [], defaultText: "none",
        "Origins whose pages may use the API, separated by commas; * for all.")
    static let logLevel = Option(
        "log-level", "LEVEL", level, default: LogLevel.info,
        "debug, info, warning or error. The log goes to standard error.")
    static let accessLog = Option(
        "access-log", "ON|OFF", .onOrOff, default: true, "Whether every request is logged.")

    /// All of them, in the order of the help text.
    public static let all: [any AnyOption] = [
        host, port, DataFolder.option, access, registration, quota, derive, workers, queue, cacheSize, renderMemory,
        maximumBody, maximumHeader, maximumPixels, maximumFrames, maximumConnections, maximumConnectionsPerAddress,
        headerTimeout, idleTimeout, requestTimeout, bodyGrace, stopTimeout, httpThreads, publicURL, requireSignatures,
        presets, importFolder, corsOrigins, logLevel, accessLog,
    ]

    private static let day = 1...86_400

    private static let accessPolicy = OptionType<AccessPolicy>("open or accounts") {
        ["open": .open, "accounts": .accounts][$0]
    }

    private static let level = OptionType<LogLevel>("debug, info, warning or error", text: \.name) { LogLevel($0) }

    private static let originURL = OptionType<String>("a scheme and a host, such as https://images.example.org") {
        text in
        let rest = ["https://", "http://"].first(where: text.hasPrefix).map { text.dropFirst($0.count) }
        guard let rest, !rest.isEmpty, !rest.contains(where: { "/?#\" <>".contains($0) }) else { return nil }
        return text
    }
}

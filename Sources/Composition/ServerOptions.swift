public import CommandLine
internal import API
internal import HTTPServer
internal import HTTPTypes
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
    static let registration = Option(
        "registration", "WHO", .choice, default: Registration.invite,
        "Who may make an account once there is one: open lets everybody, invite those with an invitation, closed only admins."
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
    static let publicURL = Option<PublicURL?>(
        "public-url", "URL", publicAddress,
        "Where clients reach the server, such as https://images.example.org or https://example.org/images. The default is what each request says."
    )
    static let allowedHosts = Option(
        "allowed-hosts", "NAMES", hostNames, default: [], defaultText: "none",
        "The host names, separated by commas, that the server answers for beside localhost and that of --public-url. It answers for every address."
    )
    static let trustedProxies = Option(
        "trusted-proxies", "NETWORKS", networks, default: [], defaultText: "none",
        "The addresses, separated by commas, of proxies in front of the server, such as 127.0.0.1 or 10.0.0.0/8. Only they may say whose request they forward."
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
        headerTimeout, idleTimeout, requestTimeout, bodyGrace, stopTimeout, httpThreads, publicURL, allowedHosts,
        trustedProxies,
        requireSignatures,
        presets, importFolder, corsOrigins, logLevel, accessLog,
    ]

    private static let day = 1...86_400

    private static let accessPolicy = OptionType<AccessPolicy>("open or accounts") {
        ["open": .open, "accounts": .accounts][$0]
    }

    private static let level = OptionType<LogLevel>("debug, info, warning or error", text: \.name) { LogLevel($0) }

    private static let publicAddress = OptionType<PublicURL>(
        "a scheme, a host and an optional path, such as https://images.example.org"
    ) { PublicURL($0) }

    private static let hostNames = OptionType<[String]>("host names separated by commas, without ports") { text in
        all(text) { name in
            guard let authority = Authority(name), authority.port == nil else { return nil }
            return authority.host
        }
    }

    private static let networks = OptionType<[IPNetwork]>("addresses or networks in CIDR notation, separated by commas")
    {
        all($0) { IPNetwork($0) }
    }

    /// The values of the members of a list; nil unless each is valid.
    private static func all<Value>(_ text: String, _ read: (Substring) -> Value?) -> [Value]? {
        let members = text.split(separator: ",").map(\.trimmingBlanks)
        let values = members.compactMap(read)
        return values.count == members.count ? values : nil
    }
}

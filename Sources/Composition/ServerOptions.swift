public import CommandLine
internal import API
internal import Domain
internal import HTTPServer
internal import HTTPTypes
internal import Imaging
internal import Services
internal import SystemIO
internal import Telemetry
internal import Transformations

/// The options of `tintype serve`. Each is declared once: name, type, bounds, default and help text.
public enum ServerOptions {
    static let host = Option("host", "ADDRESS", .text, default: "127.0.0.1", "The address to listen on.")
    static let port = Option(
        "port", "PORT", .integer(in: 0...65_535), default: 5000, "The port to listen on; 0 lets the system choose.")
    static let unixSocket = Option<String?>(
        "unix-socket", "PATH", .text,
        "A Unix socket to listen on, for a proxy on this machine. The server listens on an address beside it only if --host or --port is given."
    )
    static let unixSocketMode = Option(
        "unix-socket-mode", "MODE", permissions, default: 0o660,
        "The permissions of the Unix socket, as chmod takes them. Whoever may write to it is believed as a proxy.")
    static let tlsCertificate = Option<String?>(
        "tls-certificate", "FILE", .text,
        "The certificate of the server and those of its issuers, as PEM. With it the server speaks HTTPS on its address; a Unix socket stays without."
    )
    static let tlsKey = Option<String?>(
        "tls-key", "FILE", .text, "The private key of --tls-certificate, as PEM without a password.")
    static let access = Option(
        "access", "WHO", accessPolicy, default: AccessPolicy.untilAccounts,
        defaultText: "the user who runs the server, until there is an account",
        "Who may write without an account: open means everybody, accounts means nobody.")
    static let registration = Option(
        "registration", "WHO", .choice, default: Registration.invite,
        "Who may create an account once there is one: open means everybody, invite means clients with an invitation, closed means admins only."
    )
    static let quota = Option<Int64?>(
        "quota", "BYTES", .byteCount,
        "The maximum size of all originals of a new account. By default there is no limit.")
    static let trashDays = Option(
        "trash-days", "DAYS", .integer(in: 0...3650), default: 30,
        "How many days deleted images stay in the trash, from where they can be restored; 0 means that they are deleted at once."
    )
    static let publicOriginals = Option(
        flag: "public-originals",
        "Everybody gets the originals of public images, with all that they state, unless an image's owner says otherwise."
    )
    static let publicPlace = Option(
        flag: "public-place",
        "Everybody sees where public images were taken, unless an image's owner says otherwise.")
    static let derive = Option(
        "derive", "WHEN", .choice, default: Ingest.DerivationTime.later,
        "When thumbnails and full-size files are made: now (before the upload is answered), later (by a job), or never (only on request)."
    )
    static let workers = Option(
        "workers", "NUMBER", .integer(in: 1...256), default: ProcessLimits.processors,
        defaultText: "one for each processor",
        "The number of images that are decoded concurrently.")
    static let queue = Option(
        "queue", "NUMBER", .integer(in: 1...1_000_000), default: 256,
        "The maximum number of images that wait to be probed, and of images that wait to be decoded.")
    static let cacheSize = Option<Int64>(
        "cache-size", "BYTES", .byteCount, default: 4 << 30,
        "The maximum disk space for renditions that are made on request. The least recently used are removed first.")
    static let renderMemory = Option<Int64>(
        "render-memory", "BYTES", .byteCount, default: 1 << 30,
        "The maximum memory for all concurrent renders on request. Further renders wait.")
    static let avifEffort = Option(
        "avif-effort", "NUMBER", .integer(in: 0...9), default: RenderPlan.usualAVIFEffort,
        "How hard the encoder of AVIF tries, from 0 (fast) to 9 (small files). Each step costs more time than the one before."
    )
    static let automaticFormats = Option(
        "auto-formats", "LIST", formats, default: AcceptedFormats.named,
        "The formats, separated by commas, that format=auto may choose if the client names them: avif and webp, or nothing. JPEG and PNG are always possible."
    )
    static let maximumBody = Option(
        "max-body", "BYTES", .byteCount, default: ServerLimits().bodyBytes, "The maximum size of a request body.")
    static let maximumHeader = Option(
        "max-header", "BYTES", .byteCount, default: Int64(ServerLimits().headerBytes),
        "The maximum size of the header fields of a request.")
    static let maximumPixels = Option(
        "max-pixels", "NUMBER", .integer(in: 1...10_000_000_000), default: Int(ImagingLimits().maximumPixels),
        "The maximum number of pixels of an image.")
    static let maximumFrames = Option(
        "max-frames", "NUMBER", .integer(in: 1...1_000_000), default: ImagingLimits().maximumFrames,
        "The maximum number of frames or pages of an image.")
    static let maximumConnections = Option(
        "max-connections", "NUMBER", .integer(in: 1...100_000), default: ServerLimits().connections,
        "The maximum number of open connections.")
    static let maximumConnectionsPerAddress = Option(
        "max-connections-per-address", "NUMBER", .integer(in: 1...100_000),
        default: ServerLimits().connectionsPerAddress, "The maximum number of open connections from one address.")
    static let headerTimeout = Option(
        "header-timeout", "SECONDS", .seconds(in: day), default: ServerLimits().headerSeconds,
        "The time limit for the head of the first request on a connection.")
    static let idleTimeout = Option(
        "idle-timeout", "SECONDS", .seconds(in: day), default: ServerLimits().idleSeconds,
        "The time after which an idle connection is closed.")
    static let requestTimeout = Option(
        "request-timeout", "SECONDS", .seconds(in: day), default: ServerLimits().requestSeconds,
        "The time limit for a whole request.")
    static let bodyGrace = Option(
        "body-grace", "SECONDS", .seconds(in: day), default: ServerLimits().bodyGraceSeconds,
        "How long a body may arrive more slowly than 1 KiB a second.")
    static let stopTimeout = Option(
        "stop-timeout", "SECONDS", .seconds(in: 0...3600), default: 30,
        "How long current requests may take to finish when the server stops.")
    static let drainDelay = Option(
        "drain-delay", "SECONDS", .seconds(in: 0...3600), default: 0,
        "How long the server that is to stop still accepts requests, while /readyz answers 503.")
    static let httpThreads = Option(
        "http-threads", "NUMBER", .integer(in: 1...64), default: ProcessLimits.processors,
        defaultText: "one for each processor", "The number of threads that transfer bytes.")
    static let publicURL = Option<PublicURL?>(
        "public-url", "URL", publicAddress,
        "The public address of the server, such as https://images.example.org or https://example.org/images. By default it is taken from each request."
    )
    static let allowedHosts = Option(
        "allowed-hosts", "NAMES", hostNames, default: [], defaultText: "none",
        "The host names, separated by commas, that the server answers for in addition to localhost and the name in --public-url. It always answers for IP addresses."
    )
    static let trustedProxies = Option(
        "trusted-proxies", "NETWORKS", networks, default: [], defaultText: "none",
        "The addresses, separated by commas, of the proxies in front of the server, such as 127.0.0.1 or 10.0.0.0/8. Forwarding fields count only from them."
    )
    static let requireSignatures = Option(
        flag: "require-signatures", "Make renditions on request only for signed addresses.")
    static let webhookPrivateAddresses = Option(
        flag: "webhook-private-addresses",
        "Webhooks may have addresses that are not of the public internet, such as 127.0.0.1 or 10.0.0.5: accounts then reach what this machine reaches."
    )
    static let presets = Option<String?>(
        "presets", "FILE", .text,
        "A file of named transformations for preset=NAME: JSON such as {\"card\": {\"width\": 400, \"fit\": \"cover\"}}."
    )
    static let importFolder = Option<String?>(
        "import-dir", "FOLDER", .text, "A folder from which clients may import files by name.")
    static let uploadExpiry = Option(
        "upload-expiry", "SECONDS", .seconds(in: 1...31_536_000), default: ResumableUploads.Limits().seconds,
        "How long the bytes of an upload that is not continued are kept.")
    static let corsOrigins = Option(
        "cors-origins", "LIST", .list, default: [], defaultText: "none",
        "The origins whose pages may use the API, separated by commas, or * for all.")
    static let publicMaximumAge = Option(
        "public-max-age", "SECONDS", .integer(in: 0...31_536_000), default: FileCaching.Policy().publicSeconds,
        "How long caches may keep a file of a public image without asking again. Addresses with ?v= may be kept for a year."
    )
    static let privateMaximumAge = Option(
        "private-max-age", "SECONDS", .integer(in: 0...31_536_000), default: FileCaching.Policy().privateSeconds,
        "How long a browser may keep a file of a private image without asking again.")
    static let metrics = Option(
        "metrics", "WHO", .choice, default: MetricsReaders.everybody,
        "Who may read /metrics: everybody, or admins (with a token that has the scope admin).")
    static let logLevel = Option(
        "log-level", "LEVEL", level, default: LogLevel.info,
        "The minimum level of log entries: debug, info, warning or error. The log goes to standard error.")
    static let accessLog = Option(
        "access-log", "ON|OFF", .onOrOff, default: true, "Whether every request is logged.")

    /// All of them, in the order of the help text.
    public static let all: [any AnyOption] = [
        host, port, tlsCertificate, tlsKey, unixSocket, unixSocketMode, DataFolder.option, access, registration, quota,
        trashDays, publicOriginals, publicPlace, derive, workers, queue,
        cacheSize, renderMemory,
        avifEffort, automaticFormats,
        maximumBody, maximumHeader, maximumPixels, maximumFrames, maximumConnections, maximumConnectionsPerAddress,
        headerTimeout, idleTimeout, requestTimeout, bodyGrace, stopTimeout, drainDelay, httpThreads, publicURL,
        allowedHosts,
        trustedProxies,
        requireSignatures, webhookPrivateAddresses,
        presets, importFolder, uploadExpiry, corsOrigins, publicMaximumAge,
        privateMaximumAge, metrics, logLevel, accessLog,
    ]

    /// Those that can change while the server runs.
    static let reloadable: [any AnyOption] = [
        tlsCertificate, tlsKey, publicURL, allowedHosts, trustedProxies, presets, corsOrigins, logLevel, accessLog,
    ]

    /// Those that can change only if the server had a certificate before, and keeps one.
    static let tls: Set<String> = [tlsCertificate.name, tlsKey.name]

    private static let day = 1...86_400

    private static let permissions = OptionType<UInt32>(
        "permissions in octal digits, such as 0660", text: { "0" + String($0, radix: 8) }
    ) { text in
        UInt32(text, radix: 8).flatMap { $0 <= 0o777 && !text.hasPrefix("+") ? $0 : nil }
    }

    private static let accessPolicy = OptionType<AccessPolicy>("open or accounts", words: ["open", "accounts"]) {
        ["open": .open, "accounts": .accounts][$0]
    }

    private static let level = OptionType<LogLevel>(
        "debug, info, warning or error", words: ["debug", "info", "warning", "error"], text: \.name
    ) { LogLevel($0) }

    private static let publicAddress = OptionType<PublicURL>(
        "a scheme, a host and an optional path, such as https://images.example.org"
    ) { PublicURL($0) }

    private static let hostNames = OptionType<[String]>("host names separated by commas, without ports", form: .list) {
        text in
        all(text) { name in
            guard let authority = Authority(String(name)), authority.port == nil else { return nil }
            return authority.host
        }
    }

    private static let formats = OptionType<[ImageFormat]>(
        "avif and webp, separated by commas, or nothing", form: .list,
        text: { $0.map(\.rawValue).joined(separator: ",") }
    ) { text in
        all(text) { name in AcceptedFormats.named.first { $0.rawValue == name } }
    }

    private static let networks = OptionType<[IPNetwork]>(
        "addresses or networks in CIDR notation, separated by commas", form: .list
    ) {
        all($0) { IPNetwork($0) }
    }

    /// The values of the members of a list; nil unless each is valid.
    private static func all<Value>(_ text: String, _ read: (Substring) -> Value?) -> [Value]? {
        let members = text.split(separator: ",").map(\.trimmingBlanks)
        let values = members.compactMap(read)
        return values.count == members.count ? values : nil
    }
}

/// Who may read the metrics.
public enum MetricsReaders: String, Sendable, CaseIterable {
    case everybody, admins
}

import API
import CommandLine
import HTTPServer
import Imaging
import Services
import SystemIO
import Telemetry
import Transformations

extension ServeCommand {
    static let syntax = CommandSyntax(
        "serve", "Serve images over HTTP, and take them in.",
        options: [
            Option("host", "ADDRESS", default: "127.0.0.1", "The address to listen on."),
            Option("port", "PORT", default: "5000", "The port to listen on; 0 lets the system choose."),
            Stores.dataOption,
            Option(
                "access", "WHO",
                "Who may write without an account: open lets everybody, accounts nobody. Without it everybody may as long as there are no accounts, and only from a loopback address."
            ),
            Option(
                "registration", "WHO",
                "Who may make an account: open lets everybody, invite those with an invitation, closed only admins. Open on a loopback address, closed elsewhere, where it is not given."
            ),
            Option("quota", "BYTES", "The most bytes of originals of a new account; no bound where it is not given."),
            Option(
                "derive", "WHEN", default: "later",
                "When thumbnails and full-size files are made: now (before an upload is answered), later (by a job), or never (when asked for)."
            ),
            Option("workers", "NUMBER", "How many images are decoded at once; one a processor where it is not given."),
            Option(
                "queue", "NUMBER", default: "256",
                "How many images may wait to be examined, and how many to be decoded."),
            Option(
                "cache-size", "BYTES", default: "4GiB",
                "The most bytes of disk for renditions that are made on request; least recently used go first."),
            Option(
                "render-memory", "BYTES", default: "1GiB",
                "The most memory that renditions under way may need together; others wait."),
            Option("max-body", "BYTES", default: "1GiB", "The most bytes of a request's body."),
            Option("max-header", "BYTES", default: "16KiB", "The most bytes of a request's header fields."),
            Option("max-pixels", "NUMBER", default: "250000000", "The most pixels of an image."),
            Option("max-frames", "NUMBER", default: "2000", "The most frames or pages of an image."),
            Option("max-connections", "NUMBER", default: "4096", "The most open connections."),
            Option(
                "max-connections-per-address", "NUMBER", default: "1024", "The most open connections of one address."),
            Option(
                "header-timeout", "SECONDS", default: "30",
                "How long a new connection may take for its first request's head."),
            Option("idle-timeout", "SECONDS", default: "60", "How long a connection may be idle."),
            Option("request-timeout", "SECONDS", default: "3600", "How long one request may take in all."),
            Option("body-grace", "SECONDS", default: "10", "How long a body may come slower than 1 KiB a second."),
            Option(
                "stop-timeout", "SECONDS", default: "30",
                "How long requests under way may take once the server is stopping."),
            Option("http-threads", "NUMBER", "Threads that move bytes; one a processor where it is not given."),
            Option(
                "public-url", "URL",
                "Where the server is reached from outside, such as https://images.example.org; what requests say where it is not given."
            ),
            Option(flag: "require-signatures", "Answer only signed addresses where renditions are made on request."),
            Option(
                "presets", "FILE",
                "Transformations with names, for preset=NAME: JSON such as {\"card\": {\"width\": 400, \"fit\": \"cover\"}}."
            ),
            Option("import-dir", "FOLDER", "A folder from which clients may have files taken in by their names."),
            Option("cors-origins", "LIST", "Origins whose pages may use the API, separated by commas; * for all."),
            Option(
                "log-level", "LEVEL", default: "info", "debug, info, warning or error. The log goes to standard error."),
            Option("access-log", "ON|OFF", default: "on", "Whether every request is logged."),
            Option(flag: "reset", "Remove every image and start empty. Asks first."),
            Option(flag: "yes", "Do not ask before --reset."),
        ])
}

/// The options of `tintype serve`, read.
struct ServeSettings {
    let host: String
    let port: Int
    let access: AccessPolicy
    let registration: Registration
    let quotaBytes: Int64?
    let derivation: Ingest.DerivationTime
    let workers: Int
    let httpThreads: Int
    let queue: Int
    let cacheBytes: Int64
    let renderMemory: Int64
    let graceSeconds: Double
    let origins: Set<String>
    let publicURL: String?
    let requiresSignatures: Bool
    let presets: RenderPresets
    let imports: ImportFolder?
    let logLevel: LogLevel
    let logsRequests: Bool
    let resets: Bool
    let confirmsReset: Bool
    var limits = ServerLimits()
    var imagingLimits = ImagingLimits()

    init(_ arguments: ParsedArguments) throws {
        host = arguments.value("host") ?? "127.0.0.1"
        port = try arguments.number("port", in: 0...65_535) ?? 5000
        access = try Self.access(arguments.value("access"))
        let isLoopback = LoopbackName.isOne(host)
        registration = try arguments.choice("registration", Registration.self) ?? (isLoopback ? .open : .closed)
        quotaBytes = try arguments.bytes("quota")
        derivation = try arguments.choice("derive", Ingest.DerivationTime.self) ?? .later
        workers = try arguments.number("workers", in: 1...256) ?? ProcessLimits.processors
        queue = try arguments.number("queue", in: 1...1_000_000) ?? 256
        cacheBytes = try arguments.bytes("cache-size") ?? 4 << 30
        renderMemory = try arguments.bytes("render-memory") ?? 1 << 30
        httpThreads = try arguments.number("http-threads", in: 1...64) ?? ProcessLimits.processors
        graceSeconds = Double(try arguments.number("stop-timeout", in: 0...3600) ?? 30)
        origins = Set((arguments.value("cors-origins") ?? "").split(separator: ",").map { String($0) })
        publicURL = try Self.publicURL(arguments.value("public-url"))
        requiresSignatures = arguments.flag("require-signatures")
        presets = try arguments.value("presets").map(PresetsFile.read) ?? RenderPresets()
        do {
            imports = try arguments.value("import-dir").map(ImportFolder.init)
        } catch let error as ServiceError {
            throw UsageError("--import-dir: \(error.message)")
        }
        guard let level = LogLevel(arguments.value("log-level") ?? "info") else {
            throw UsageError("--log-level takes debug, info, warning or error")
        }
        logLevel = level
        guard let access = ["on": true, "off": false][arguments.value("access-log") ?? "on"] else {
            throw UsageError("--access-log takes on or off")
        }
        logsRequests = access
        resets = arguments.flag("reset")
        confirmsReset = arguments.flag("yes")
        try readLimits(arguments)
    }

    /// The host as it stands in a URL.
    var hostInURL: String { host.contains(":") ? "[\(host)]" : host }

    private mutating func readLimits(_ arguments: ParsedArguments) throws {
        let seconds = 1...86_400
        limits.bodyBytes = try arguments.bytes("max-body") ?? limits.bodyBytes
        limits.headerBytes = Int(clamping: try arguments.bytes("max-header") ?? Int64(limits.headerBytes))
        limits.connections = try arguments.number("max-connections", in: 1...100_000) ?? limits.connections
        limits.connectionsPerAddress =
            try arguments.number("max-connections-per-address", in: 1...100_000) ?? limits.connectionsPerAddress
        limits.headerSeconds = Double(try arguments.number("header-timeout", in: seconds) ?? 30)
        limits.idleSeconds = Double(try arguments.number("idle-timeout", in: seconds) ?? 60)
        limits.requestSeconds = Double(try arguments.number("request-timeout", in: seconds) ?? 3600)
        limits.bodyGraceSeconds = Double(try arguments.number("body-grace", in: seconds) ?? 10)
        imagingLimits.maximumPixels =
            try arguments.number("max-pixels", in: 1...10_000_000_000).map(Int64.init)
            ?? imagingLimits.maximumPixels
        imagingLimits.maximumFrames =
            try arguments.number("max-frames", in: 1...1_000_000)
            ?? imagingLimits.maximumFrames
    }

    /// Whether only this machine can reach the server.
    var isLoopback: Bool { LoopbackName.isOne(host) }

    private static func publicURL(_ text: String?) throws(UsageError) -> String? {
        guard let text else { return nil }
        let rest = ["https://", "http://"].first(where: text.hasPrefix).map { text.dropFirst($0.count) }
        guard let rest, !rest.isEmpty, !rest.contains(where: { "/?#\" <>".contains($0) }) else {
            throw UsageError("--public-url takes a scheme and a host, such as https://images.example.org")
        }
        return text
    }

    private static func access(_ text: String?) throws(UsageError) -> AccessPolicy {
        switch text {
        case nil: return .untilAccounts
        case "open": return .open
        case "accounts": return .accounts
        case let other?: throw UsageError("--access takes open or accounts, not '\(other)'")
        }
    }
}

public import API
public import CommandLine
public import Domain
internal import HTTPServer
internal import HTTPTypes
public import Imaging
public import Services
public import SystemIO
public import Telemetry
public import Transformations

/// The options of `tintype serve`, read.
public struct ServerSettings: Sendable {
    public var listener: ListenerSettings
    /// The file of the certificate's private key.
    var tlsKey: FilePath?
    public var dataFolder: FilePath
    public var access: AccessPolicy
    public var registration: Registration
    /// Bytes of originals of a new account; nil for no limit.
    public var quotaBytes: Int64?
    /// How many days deleted images stay in the trash; 0 for none.
    public var trashDays: Int
    /// What others get of public images, if the owner of an image has not said so.
    public var publicDefaults: PublicDefaults
    public var derivationTime: Ingest.DerivationTime
    public var workers: Int
    public var queue: Int
    public var cacheBytes: Int64
    public var renderMemory: Int64
    /// How hard the encoder of AVIF tries, 0 to 9.
    public var avifEffort: Int
    /// The formats beyond the usual ones that may be chosen automatically.
    public var automaticFormats: [ImageFormat]
    public var imagingLimits = ImagingLimits()
    public var origins: Set<String>
    public var publicURL: PublicURL?
    /// The names, beside `localhost`, under which clients reach the server.
    public var allowedHosts: Set<String>
    /// The users on this machine whose requests may act as the built-in account until there is another one; empty if
    /// nobody's may.
    public var localUsers: Set<UInt32>
    public var requiresSignatures: Bool
    /// Whether webhooks may have addresses that are not of the public internet.
    public var allowsPrivateWebhooks: Bool
    public var presets: RenderPresets
    public var importFolder: ImportFolder?
    /// What an account may have of uploads under way.
    public var uploads = ResumableUploads.Limits()
    public var caching: FileCaching.Policy
    public var metricsReaders: MetricsReaders
    public var logLevel: LogLevel
    public var logsRequests: Bool
    /// The program that is started for work in child processes: this one.
    public var workerExecutable = "/proc/self/exe"

    /// - Throws: `UsageError` that names the option and says what it takes.
    public init(_ arguments: ParsedArguments) throws {
        let host = try arguments.value(of: ServerOptions.host)
        listener = try ListenerSettings(
            host: host, port: arguments.value(of: ServerOptions.port),
            threads: arguments.value(of: ServerOptions.httpThreads), limits: Self.limits(arguments),
            graceSeconds: arguments.value(of: ServerOptions.stopTimeout))
        try listener.listen(onUnixSocket: arguments, address: [ServerOptions.host, ServerOptions.port])
        let key = try arguments.value(of: ServerOptions.tlsKey)
        listener.certificate = try TLSFiles.read(
            certificate: try arguments.value(of: ServerOptions.tlsCertificate), key: key)
        tlsKey = key.map { FilePath($0) }
        listener.drainSeconds = try arguments.value(of: ServerOptions.drainDelay)
        dataFolder = FilePath(try arguments.value(of: DataFolder.option))
        access = try arguments.value(of: ServerOptions.access)
        registration = try arguments.value(of: ServerOptions.registration)
        quotaBytes = try arguments.value(of: ServerOptions.quota)
        trashDays = try arguments.value(of: ServerOptions.trashDays)
        publicDefaults = PublicDefaults(
            originals: try arguments.value(of: ServerOptions.publicOriginals),
            places: try arguments.value(of: ServerOptions.publicPlace))
        derivationTime = try arguments.value(of: ServerOptions.derive)
        workers = try arguments.value(of: ServerOptions.workers)
        queue = try arguments.value(of: ServerOptions.queue)
        cacheBytes = try arguments.value(of: ServerOptions.cacheSize)
        renderMemory = try arguments.value(of: ServerOptions.renderMemory)
        avifEffort = try arguments.value(of: ServerOptions.avifEffort)
        automaticFormats = try arguments.value(of: ServerOptions.automaticFormats)
        imagingLimits.maximumPixels = try Int64(arguments.value(of: ServerOptions.maximumPixels))
        imagingLimits.maximumFrames = try arguments.value(of: ServerOptions.maximumFrames)
        origins = try Set(arguments.value(of: ServerOptions.corsOrigins))
        publicURL = try arguments.value(of: ServerOptions.publicURL)
        allowedHosts = try Set(arguments.value(of: ServerOptions.allowedHosts))
        listener.proxies = TrustedProxies(try arguments.value(of: ServerOptions.trustedProxies))
        let isBehindProxy = publicURL != nil || !listener.proxies.isEmpty || !listener.hasAddress
        localUsers = isBehindProxy ? [] : ProcessOwner.users
        requiresSignatures = try arguments.value(of: ServerOptions.requireSignatures)
        allowsPrivateWebhooks = try arguments.value(of: ServerOptions.webhookPrivateAddresses)
        presets = try arguments.value(of: ServerOptions.presets).map(PresetsFile.read) ?? RenderPresets()
        do {
            importFolder = try arguments.value(of: ServerOptions.importFolder).map {
                try ImportFolder(path: FilePath($0))
            }
        } catch let error as ServiceError {
            throw UsageError("--import-dir: \(error.message)")
        }
        uploads.seconds = try arguments.value(of: ServerOptions.uploadExpiry)
        caching = FileCaching.Policy(
            publicSeconds: try arguments.value(of: ServerOptions.publicMaximumAge),
            privateSeconds: try arguments.value(of: ServerOptions.privateMaximumAge))
        metricsReaders = try arguments.value(of: ServerOptions.metrics)
        logLevel = try arguments.value(of: ServerOptions.logLevel)
        logsRequests = try arguments.value(of: ServerOptions.accessLog)
    }

    /// The defaults, for programs that work on a data folder without serving it.
    public init() throws {
        let syntax = CommandSyntax("serve", "", options: ServerOptions.all)
        try self.init(ParsedArguments([], of: syntax, environment: [:], environmentPrefix: ""))
    }

    private static func limits(_ arguments: ParsedArguments) throws -> ServerLimits {
        var limits = ServerLimits()
        limits.bodyBytes = try arguments.value(of: ServerOptions.maximumBody)
        limits.headerBytes = Int(clamping: try arguments.value(of: ServerOptions.maximumHeader))
        limits.connections = try arguments.value(of: ServerOptions.maximumConnections)
        limits.connectionsPerAddress = try arguments.value(of: ServerOptions.maximumConnectionsPerAddress)
        limits.headerSeconds = try arguments.value(of: ServerOptions.headerTimeout)
        limits.idleSeconds = try arguments.value(of: ServerOptions.idleTimeout)
        limits.requestSeconds = try arguments.value(of: ServerOptions.requestTimeout)
        limits.bodyGraceSeconds = try arguments.value(of: ServerOptions.bodyGrace)
        return limits
    }
}

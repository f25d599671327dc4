internal import CommandLine
public import HTTPServer
public import HTTPTypes
internal import Runtime
internal import SystemIO

/// The address that a server listens on, and its limits.
public struct ListenerSettings: Sendable {
    public var host: String
    /// 0 lets the system choose.
    public var port: Int
    /// Whether to listen on the host and the port.
    public var hasAddress = true
    /// A Unix socket to listen on.
    public var unixSocket: ListeningAddress?
    /// Descriptors of sockets that listen already, instead of the host and the port.
    public var inheritedSockets: [Int32] = []
    public var threads: Int
    public var limits = ServerLimits()
    /// What the server shows to clients by TCP; nil if it speaks HTTP.
    public var certificate: TLSCertificate?
    /// The proxies whose forwarding fields are believed.
    public var proxies = TrustedProxies([])
    /// How long requests under way may take once the server is stopping.
    public var graceSeconds: Double
    /// How long the server goes on as before, but unready, when it is to stop.
    public var drainSeconds = 0.0

    public init(host: String, port: Int, threads: Int, limits: ServerLimits = ServerLimits(), graceSeconds: Double) {
        (self.host, self.port, self.threads) = (host, port, threads)
        (self.limits, self.graceSeconds) = (limits, graceSeconds)
    }

    /// Listens on a Unix socket, if one is named: beside the address only if that is given.
    mutating func listen(onUnixSocket arguments: ParsedArguments, address: [any AnyOption]) throws(UsageError) {
        let mode = try arguments.value(of: ServerOptions.unixSocketMode)
        guard let path = try arguments.value(of: ServerOptions.unixSocket) else { return }
        unixSocket = .unix(path: FilePath(path), mode: mode)
        hasAddress = address.contains { arguments.origin(of: $0).source != .defaultValue }
    }

    /// Where to listen.
    var addresses: [ListeningAddress] {
        var addresses = inheritedSockets.map { ListeningAddress.inherited(descriptor: $0) }
        if addresses.isEmpty, hasAddress { addresses = [.tcp(host: host, port: port)] }
        return addresses + (unixSocket.map { [$0] } ?? [])
    }
}

/// Serves a handler over HTTP.
struct HTTPService: Service {
    let settings: ListenerSettings
    let proxies: Replaceable<TrustedProxies>
    let certificate: Replaceable<TLSCertificate>?
    let handler: any HTTPHandler
    /// Called with the server once it listens.
    let listening: @Sendable (Server) -> Void

    /// The HTTP server and what delays its end, in the order in which they start.
    static func services(
        _ settings: ListenerSettings, proxies: Replaceable<TrustedProxies>,
        certificate: Replaceable<TLSCertificate>? = nil, handler: any HTTPHandler, drain: Drain,
        listening: @escaping @Sendable (Server) -> Void
    ) -> [any Service] {
        [
            HTTPService(
                settings: settings, proxies: proxies, certificate: certificate, handler: handler, listening: listening),
            drain,
        ]
    }

    func run(ready: @escaping @Sendable () -> Void) async throws {
        let server = try Server(
            listening: settings.addresses, threads: settings.threads, limits: settings.limits,
            proxies: proxies, certificate: certificate, graceSeconds: settings.graceSeconds, handler: handler)
        listening(server)
        ready()
        try await server.run()
    }
}

public import HTTPServer
public import HTTPTypes
internal import Runtime

/// The address that a server listens on, and its limits.
public struct ListenerSettings: Sendable {
    public var host: String
    /// 0 lets the system choose.
    public var port: Int
    public var threads: Int
    public var limits = ServerLimits()
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

    /// The host as it is written in a URL.
    public var hostInURL: String { host.contains(":") ? "[\(host)]" : host }
}

/// Serves a handler over HTTP.
struct HTTPService: Service {
    let settings: ListenerSettings
    let proxies: Replaceable<TrustedProxies>
    let handler: any HTTPHandler
    /// Called with the server once it listens.
    let listening: @Sendable (Server) -> Void

    /// The HTTP server and what delays its end, in the order in which they start.
    static func services(
        _ settings: ListenerSettings, proxies: Replaceable<TrustedProxies>, handler: any HTTPHandler, drain: Drain,
        listening: @escaping @Sendable (Server) -> Void
    ) -> [any Service] {
        [HTTPService(settings: settings, proxies: proxies, handler: handler, listening: listening), drain]
    }

    func run(ready: @escaping @Sendable () -> Void) async throws {
        let server = try Server(
            host: settings.host, port: settings.port, threads: settings.threads, limits: settings.limits,
            proxies: proxies, graceSeconds: settings.graceSeconds, handler: handler)
        listening(server)
        ready()
        try await server.run()
    }
}

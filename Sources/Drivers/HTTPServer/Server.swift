internal import CMicrohttpd
internal import Glibc
public import HTTPTypes
public import Runtime

/// An HTTP/1.1 server on one address.
///
/// `init` listens. `run` serves until it is cancelled, and then stops in order: it accepts no more connections,
/// finishes the requests under way within a time limit, and closes every connection.
public final class Server: Sendable {
    /// The port that the server listens on, even if the system chose it.
    public let port: Int

    /// Seconds between two checks of the time limits.
    private static let checkInterval = 0.25

    private let core: ServerCore
    private let listener: Int32
    private let threads: Int
    private let graceSeconds: Double

    /// - Parameters:
    ///   - host: a name, or an address of IPv4 or IPv6.
    ///   - port: 0 lets the system choose.
    ///   - threads: how many threads move bytes. A handler runs on one of them until it first waits.
    ///   - proxies: the proxies whose forwarding fields are believed, as each request finds them.
    ///   - graceSeconds: how long requests under way may take once the server is stopping.
    /// - Throws: `SystemError` if the address cannot be listened on.
    public init(
        host: String, port: Int, threads: Int, limits: ServerLimits,
        proxies: Replaceable<TrustedProxies> = Replaceable(TrustedProxies([])), graceSeconds: Double = 30,
        handler: any HTTPHandler
    ) throws {
        let socket = try ListeningSocket(host: host, port: port)
        (listener, self.port) = (socket.descriptor, socket.port)
        (self.threads, self.graceSeconds) = (threads, graceSeconds)
        core = ServerCore(handler: handler, limits: limits, proxies: proxies)
    }

    /// How many connections are open, and how many of them have a request under way.
    public var load: (connections: Int, requests: Int) { (core.connections.count, core.connections.activeCount) }

    /// Serves until the task is cancelled.
    ///
    /// - Throws: `ServerError` if libmicrohttpd does not start.
    public func run() async throws {
        let daemon = try Daemon(core: core, listener: listener, threads: threads)
        while !Task.isCancelled {
            core.connections.closeOverdue(limits: core.limits, interval: Self.checkInterval)
            core.lingering.drain()
            // Cancellation ends the sleep early; the loop's condition sees it.
            try? await Task.sleep(for: .seconds(Self.checkInterval))
        }
        daemon.quiesce()
        core.stop()
        // Detached: this task is cancelled, and the requests still get their time.
        await Task.detached { [core, graceSeconds] in await core.finishRequests(within: graceSeconds) }.value
        daemon.stop()
    }
}

/// The server cannot be started.
public struct ServerError: Error, CustomStringConvertible {
    public let description: String
}

internal import CMicrohttpd
internal import Glibc
public import HTTPTypes

/// An HTTP/1.1 server on one address.
///
/// `init` listens; `run` serves until it is cancelled, then stops in order: no new connections, requests under way are
/// finished within a bound, and then every connection is closed.
public final class Server: Sendable {
    /// The port that the server listens on, also where port 0 was asked for.
    public let port: Int

    private let core: ServerCore
    private let listener: Int32
    private let threads: Int
    private let graceSeconds: Double

    /// - Parameters:
    ///   - host: a name, or an address of IPv4 or IPv6.
    ///   - port: 0 lets the system choose.
    ///   - threads: threads that move bytes; the handler runs on none of them for longer than until it first waits.
    ///   - graceSeconds: how long requests under way may take once the server is stopping.
    /// - Throws: `SystemError` where the address cannot be listened on.
    public init(
        host: String, port: Int, threads: Int, limits: ServerLimits, graceSeconds: Double = 30,
        handler: any HTTPHandler
    ) throws {
        let socket = try ListeningSocket(host: host, port: port)
        (listener, self.port) = (socket.descriptor, socket.port)
        (self.threads, self.graceSeconds) = (threads, graceSeconds)
        core = ServerCore(handler: handler, limits: limits)
    }

    /// How many connections are open, and how many of them have a request under way.
    public var load: (connections: Int, requests: Int) { (core.peers.count, core.peers.activeCount) }

    /// Serves until the task is cancelled.
    ///
    /// - Throws: `ServerError` where the daemon cannot be started.
    public func run() async throws {
        let daemon = try Daemon(core: core, listener: listener, threads: threads)
        let interval = 0.25
        while !Task.isCancelled {
            core.peers.watch(limits: core.limits, interval: interval)
            core.lingering.drain()
            // Cancellation ends the sleep early, and is looked at above.
            try? await Task.sleep(for: .seconds(interval))
        }
        daemon.quiesce()
        core.stop()
        await Task.detached { [core, graceSeconds] in await core.finishRequests(within: graceSeconds) }.value
        daemon.stop()
    }
}

/// The server cannot be started.
public struct ServerError: Error, CustomStringConvertible {
    public let description: String
}

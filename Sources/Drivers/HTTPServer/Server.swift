internal import CMicrohttpd
internal import Glibc
public import HTTPTypes
public import Runtime

/// An HTTP/1.1 server on one or more addresses.
///
/// `init` listens. `run` serves until it is cancelled, and then stops in order: it accepts no more connections,
/// finishes the requests under way within a time limit, and closes every connection.
public final class Server: Sendable {
    /// Where the server listens, such as `http://127.0.0.1:5000/`, the same with `https`, or `unix:/run/tintype.sock`.
    public var addresses: [String] { listeners.map(\.name) }
    /// The first port that the server listens on, even if the system chose it; 0 if there are only Unix sockets.
    public var port: Int { listeners.lazy.compactMap(\.port).first ?? 0 }

    /// Seconds between two checks of the time limits.
    private static let checkInterval = 0.25

    private let core: ServerCore
    private let listeners: [ListeningSocket]
    private let threads: Int
    private let graceSeconds: Double

    /// - Parameters:
    ///   - addresses: where to listen; each has threads of its own.
    ///   - threads: how many threads move bytes. A handler runs on one of them until it first waits.
    ///   - proxies: the proxies whose forwarding fields are believed, as each request finds them.
    ///   - certificate: what the server shows to each new connection by TCP, which then speaks TLS; nil for HTTP. Unix
    ///     sockets have no TLS.
    ///   - graceSeconds: how long requests under way may take once the server is stopping.
    /// - Throws: `SystemError` if an address cannot be listened on.
    public init(
        listening addresses: [ListeningAddress], threads: Int, limits: ServerLimits,
        proxies: Replaceable<TrustedProxies> = Replaceable(TrustedProxies([])),
        certificate: Replaceable<TLSCertificate>? = nil, graceSeconds: Double = 30, handler: any HTTPHandler
    ) throws {
        core = try ServerCore(handler: handler, limits: limits, proxies: proxies, certificate: certificate)
        var listeners: [ListeningSocket] = []
        do {
            for address in addresses { listeners.append(try ListeningSocket(address, hasTLS: certificate != nil)) }
        } catch {
            for listener in listeners { listener.discard() }
            throw error
        }
        self.listeners = listeners
        (self.threads, self.graceSeconds) = (threads, graceSeconds)
    }

    /// A server on one host, which is a name or an address, and one port; 0 lets the system choose.
    public convenience init(
        host: String, port: Int, threads: Int, limits: ServerLimits,
        proxies: Replaceable<TrustedProxies> = Replaceable(TrustedProxies([])),
        certificate: Replaceable<TLSCertificate>? = nil, graceSeconds: Double = 30, handler: any HTTPHandler
    ) throws {
        try self.init(
            listening: [.tcp(host: host, port: port)], threads: threads, limits: limits, proxies: proxies,
            certificate: certificate, graceSeconds: graceSeconds, handler: handler)
    }

    /// How many connections are open, and how many of them have a request under way.
    public var load: (connections: Int, requests: Int) { (core.connections.count, core.connections.activeCount) }

    /// Serves until the task is cancelled.
    ///
    /// - Throws: `ServerError` if libmicrohttpd does not start.
    public func run() async throws {
        let daemons = try startDaemons()
        if let handshakes = core.handshakes { SystemThread { handshakes.run() }.detach() }
        await Self.watch(core)
        for listener in listeners { listener.removeFile() }
        for daemon in daemons { daemon.quiesce() }
        core.stop()
        // Detached: this task is cancelled, and the requests still get their time.
        await Task.detached { [core, graceSeconds] in
            // Clients that have gone must not be waited for.
            let watching = Task { await Self.watch(core) }
            await core.finishRequests(within: graceSeconds)
            watching.cancel()
        }.value
        core.handshakes?.stop()
        for daemon in daemons { daemon.stop() }
    }

    /// Checks the time limits until the task is cancelled.
    private static func watch(_ core: ServerCore) async {
        while !Task.isCancelled {
            core.connections.closeOverdue(limits: core.limits, interval: checkInterval)
            core.lingering.drain()
            // Cancellation ends the sleep early; the loop's condition sees it.
            try? await Task.sleep(for: .seconds(checkInterval))
        }
    }

    /// libmicrohttpd has one socket for each daemon. They share everything else.
    private func startDaemons() throws -> [Daemon] {
        var daemons: [Daemon] = []
        do {
            for listener in listeners {
                daemons.append(try Daemon(core: core, listener: listener, threads: threads))
            }
        } catch {
            for listener in listeners { listener.removeFile() }
            for daemon in daemons { daemon.stop() }
            throw error
        }
        return daemons
    }
}

/// The server cannot be started.
public struct ServerError: Error, CustomStringConvertible {
    public let description: String
}

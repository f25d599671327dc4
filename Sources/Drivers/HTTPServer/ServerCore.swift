internal import HTTPTypes
internal import Runtime
internal import Synchronization
internal import SystemIO

/// What the callbacks of libmicrohttpd share: the handler, the limits, and the open connections.
final class ServerCore: Sendable {
    let handler: any HTTPHandler
    let limits: ServerLimits
    let connections = ConnectionTable()
    let lingering = LingeringSockets()
    /// The connections whose handshake waits; nil without TLS.
    let handshakes: HandshakeWait?
    /// Seconds that aborted requests get to end.
    static let abortSeconds = 5.0

    private let currentProxies: Replaceable<TrustedProxies>
    private let currentCertificate: Replaceable<TLSCertificate>?
    private let stopping = Atomic(false)
    /// Signals that a request has ended, but only while the server stops.
    private let requestEnd = ChangeSignal()
    private let requestCount = Atomic<UInt64>(0)
    private let instance = UInt32.random(in: 0...UInt32.max)

    /// - Throws: `SystemError` if the system has no more descriptors.
    init(
        handler: any HTTPHandler, limits: ServerLimits,
        proxies: Replaceable<TrustedProxies> = Replaceable(TrustedProxies([])),
        certificate: Replaceable<TLSCertificate>? = nil
    ) throws(SystemError) {
        (self.handler, self.limits, currentProxies) = (handler, limits, proxies)
        currentCertificate = certificate
        handshakes = certificate == nil ? nil : try HandshakeWait()
    }

    var proxies: TrustedProxies { currentProxies.value }

    /// The certificate of the connections that follow; nil without TLS.
    var certificate: TLSCertificate? { currentCertificate?.value }

    var isStopping: Bool { stopping.load(ordering: .relaxed) }

    func stop() { stopping.store(true, ordering: .relaxed) }

    /// An id that is unique in this server, and very likely among servers.
    func nextRequestID() -> String {
        let number = requestCount.wrappingAdd(1, ordering: .relaxed).newValue
        return String(UInt64(instance) << 32 | number & 0xFFFF_FFFF, radix: 16)
    }

    /// A request on this connection is over.
    func requestEnded(on client: ClientConnection) {
        if let forwarded = client.end() { connections.endForwarded(of: forwarded) }
        // `finishRequests` waits only after `stop`. If it has seen this request under way, the connection's lock makes
        // sure that `isStopping` is seen here.
        if isStopping { requestEnd.signal() }
    }

    /// Waits until no request is under way. After `seconds` the rest is aborted, and gets `abortSeconds` more to end.
    func finishRequests(within seconds: Double, abortSeconds: Double = ServerCore.abortSeconds) async {
        let deadline = monotonicSeconds() + seconds
        if await requestsEnd(by: deadline) { return }
        connections.abortAll()
        _ = await requestsEnd(by: deadline + abortSeconds)
    }

    /// Waits for the end of all requests; false if some are still under way at the deadline.
    private func requestsEnd(by deadline: Double) async -> Bool {
        while true {
            let seen = requestEnd.generation
            guard connections.activeCount > 0 else { return true }
            let seconds = deadline - monotonicSeconds()
            guard seconds > 0 else { return false }
            await requestEnd.wait(after: seen, atMost: seconds)
        }
    }
}

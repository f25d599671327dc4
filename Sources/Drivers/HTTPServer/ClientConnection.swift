internal import Glibc
internal import HTTPTypes
internal import Runtime
internal import SystemIO

/// One connection of a client, from its acceptance to its end.
final class ClientConnection: Sendable {
    private struct State {
        var exchange: Exchange?
        /// Since when no request has been under way.
        var idleSince: Double
        var isFirstRequest = true
        /// Whose connection it is, once that was asked; the inner value is nil if it is not known.
        var user: UInt32??
        /// The client that a trusted proxy names for the request under way.
        var forwardedClient: String?
        /// Since when the client has been seen not to send any more.
        var halfClosedSince: Double?
    }

    /// The client's IP address.
    let address: String
    let socket: Int32
    /// Whether the client is a trusted proxy.
    let isProxy: Bool
    /// The connection's TLS; nil if it has none.
    let tls: TLSSession?
    /// Why the requests of this connection are refused; nil if the connection is within the limits.
    let refusal: HTTPRefusal?
    private let state: Locked<State>

    init(address: String, socket: Int32, isProxy: Bool, tls: TLSSession? = nil, refusal: HTTPRefusal?) {
        (self.address, self.socket, self.isProxy, self.refusal) = (address, socket, isProxy, refusal)
        self.tls = tls
        state = Locked(State(idleSince: monotonicSeconds()))
    }

    /// The request under way.
    var exchange: Exchange? { state.withLock(\.exchange) }

    func begin(_ exchange: Exchange) {
        tls?.noteRequest()
        state.withLock {
            $0.exchange = exchange
            $0.isFirstRequest = false
        }
    }

    /// The request under way has ended.
    ///
    /// - Returns: the client that a trusted proxy has named for it.
    func end() -> String? {
        state.withLock { state in
            defer { state.forwardedClient = nil }
            state.exchange = nil
            state.idleSince = monotonicSeconds()
            return state.forwardedClient
        }
    }

    /// The id of the user on this machine whose process is the client: asked once, so that a request that follows a
    /// half-closed connection counts as the first did.
    var user: UInt32? {
        state.withLock { state in
            if let user = state.user { return user }
            let user = IPAddress(address)?.isLoopback ?? false ? SocketOwner.ofPeer(socket) : nil
            state.user = .some(user)
            return user
        }
    }

    /// Notes the client that a trusted proxy names for the request under way.
    func noteForwarded(_ client: String) { state.withLock { $0.forwardedClient = client } }

    /// Whether the client no longer waits for the response: it has closed its socket, or has stopped sending
    /// `halfClosedSeconds` ago.
    ///
    /// A client that has closed its socket and one that has only stopped sending look the same until something is sent
    /// to them (RFC 9293, section 3.6): the time lets the one have its response, and ends the work for the other.
    func hasGone(at now: Double, limits: ServerLimits) -> Bool {
        // The C library declares POLLRDHUP only with its GNU extensions.
        let readHangUp: Int16 = 0x2000
        var entry = pollfd(fd: socket, events: readHangUp, revents: 0)
        guard poll(&entry, 1, 0) > 0 else { return false }
        if entry.revents & Int16(POLLHUP | POLLERR) != 0 { return true }
        guard entry.revents & readHangUp != 0 else { return false }
        return state.withLock { state in
            let since = state.halfClosedSince ?? now
            state.halfClosedSince = since
            return now - since >= limits.halfClosedSeconds
        }
    }

    /// Whether the client has not begun a request for longer than it may.
    func isIdleTooLong(at now: Double, limits: ServerLimits) -> Bool {
        state.withLock {
            guard $0.exchange == nil else { return false }
            return now - $0.idleSince > ($0.isFirstRequest ? limits.headerSeconds : limits.idleSeconds)
        }
    }
}

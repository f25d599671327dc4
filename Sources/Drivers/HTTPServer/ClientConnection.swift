internal import HTTPTypes
internal import Runtime

/// One connection of a client, from its acceptance to its end.
final class ClientConnection: Sendable {
    private struct State {
        var exchange: Exchange?
        /// Since when no request has been under way.
        var idleSince: Double
        var isFirstRequest = true
    }

    /// The client's IP address.
    let address: String
    let socket: Int32
    /// Why the requests of this connection are refused; nil if the connection is within the limits.
    let refusal: HTTPRefusal?
    private let state: Locked<State>

    init(address: String, socket: Int32, refusal: HTTPRefusal?) {
        (self.address, self.socket, self.refusal) = (address, socket, refusal)
        state = Locked(State(idleSince: monotonicSeconds()))
    }

    /// The request under way.
    var exchange: Exchange? { state.withLock(\.exchange) }

    func begin(_ exchange: Exchange) {
        state.withLock {
            $0.exchange = exchange
            $0.isFirstRequest = false
        }
    }

    func end() {
        state.withLock {
            $0.exchange = nil
            $0.idleSince = monotonicSeconds()
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

internal import HTTPTypes
internal import Runtime

/// One connection of a client, from its acceptance to its end.
final class Peer: Sendable {
    private struct State {
        var exchange: Exchange?
        var waitingSince: Double
        var isFirstRequest = true
    }

    let address: String
    let socket: Int32
    /// Why this connection's first request is refused; nil where it is welcome.
    let refusal: HTTPRefusal?
    private let state: Locked<State>

    init(address: String, socket: Int32, refusal: HTTPRefusal?) {
        (self.address, self.socket, self.refusal) = (address, socket, refusal)
        state = Locked(State(waitingSince: monotonicSeconds()))
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
            $0.waitingSince = monotonicSeconds()
        }
    }

    /// Whether the client has let the server wait for a request's head longer than it may.
    func hasWaitedTooLong(at now: Double, limits: ServerLimits) -> Bool {
        state.withLock {
            guard $0.exchange == nil else { return false }
            return now - $0.waitingSince > ($0.isFirstRequest ? limits.headerSeconds : limits.idleSeconds)
        }
    }
}

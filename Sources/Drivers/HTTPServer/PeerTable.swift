internal import Glibc
internal import HTTPTypes
internal import Runtime

/// The connections that are open, and how many each address has.
final class PeerTable: Sendable {
    private struct State {
        var peers: [ObjectIdentifier: Peer] = [:]
        var counts: [String: Int] = [:]
    }

    private let state = Locked(State())

    /// How many connections are open.
    var count: Int { state.withLock { $0.peers.count } }

    /// How many requests are under way.
    var activeCount: Int { state.withLock { $0.peers.values.count { $0.exchange != nil } } }

    func admit(address: String, socket: Int32, limits: ServerLimits) -> Peer {
        state.withLock { state in
            let refusal: HTTPRefusal? =
                if state.peers.count >= limits.connections {
                    .tooManyConnections
                } else if state.counts[address, default: 0] >= limits.connectionsPerAddress {
                    .tooManyConnectionsFromAddress
                } else { nil }
            let peer = Peer(address: address, socket: socket, refusal: refusal)
            state.peers[ObjectIdentifier(peer)] = peer
            state.counts[address, default: 0] += 1
            return peer
        }
    }

    /// Forgets a connection. Its socket is closed right after, and never before: see `watch`.
    func remove(_ peer: Peer) {
        state.withLock { state in
            state.peers[ObjectIdentifier(peer)] = nil
            let count = state.counts[peer.address, default: 1] - 1
            state.counts[peer.address] = count > 0 ? count : nil
        }
    }

    /// Lets go of the clients that are gone, too slow, or over their time.
    ///
    /// The table stays locked meanwhile, so that no socket's number can be given to another connection.
    func watch(limits: ServerLimits, interval: Double) {
        let now = monotonicSeconds()
        let doomed = state.withLock { state in
            state.peers.values.filter { peer in
                let isOver =
                    if let exchange = peer.exchange {
                        exchange.isOverdue(at: now, interval: interval)
                            || (exchange.isSuspended && Self.hasHungUp(peer.socket))
                    } else {
                        peer.hasWaitedTooLong(at: now, limits: limits)
                    }
                if isOver { shutdown(peer.socket, Int32(SHUT_RDWR)) }
                return isOver
            }
        }
        for peer in doomed { peer.exchange?.abort() }
    }

    /// Aborts every request under way.
    func abortAll() {
        let peers = state.withLock { Array($0.peers.values) }
        for peer in peers { peer.exchange?.abort() }
    }

    private static func hasHungUp(_ socket: Int32) -> Bool {
        // POLLRDHUP is not among what the C library declares without its GNU extensions.
        let readHangUp: Int16 = 0x2000
        var entry = pollfd(fd: socket, events: readHangUp, revents: 0)
        return poll(&entry, 1, 0) > 0
            && entry.revents & (readHangUp | Int16(POLLHUP) | Int16(POLLERR)) != 0
    }
}

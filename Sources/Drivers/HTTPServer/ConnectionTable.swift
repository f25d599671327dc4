internal import Glibc
internal import HTTPTypes
internal import Runtime
internal import SystemIO

/// The open connections, and how many of them each client has.
///
/// A client is an address, of IPv6 a /64. Behind a trusted proxy the requests under way are counted instead of the
/// connections, which are the proxy's.
final class ConnectionTable: Sendable {
    private struct State {
        var connections: [ObjectIdentifier: ClientConnection] = [:]
        /// By `IPAddress.clientKey`.
        var counts: [String: Int] = [:]

        mutating func release(_ key: String) {
            let count = counts[key, default: 1] - 1
            counts[key] = count > 0 ? count : nil
        }
    }

    private let state = Locked(State())

    /// How many connections are open.
    var count: Int { state.withLock { $0.connections.count } }

    /// How many requests are under way.
    var activeCount: Int { state.withLock { $0.connections.values.count { $0.exchange != nil } } }

    /// Adds a connection. If there are too many, it is added with the reason to refuse its requests.
    ///
    /// - Parameters:
    ///   - isProxy: whether the connection is a trusted proxy's, which may have as many as there are.
    ///   - tls: the connection's TLS, whose handshake is still to come.
    func add(
        address: String, socket: Int32, isProxy: Bool, tls: TLSSession? = nil, limits: ServerLimits
    ) -> ClientConnection {
        state.withLock { state in
            let refusal: HTTPRefusal? =
                if state.connections.count >= limits.connections {
                    .tooManyConnections
                } else if !isProxy, state.counts[Self.key(address), default: 0] >= limits.connectionsPerAddress {
                    .tooManyConnectionsFromAddress
                } else { nil }
            let connection = ClientConnection(
                address: address, socket: socket, isProxy: isProxy, tls: tls, refusal: refusal)
            state.connections[ObjectIdentifier(connection)] = connection
            if !isProxy { state.counts[Self.key(address), default: 0] += 1 }
            return connection
        }
    }

    /// Removes a connection. libmicrohttpd closes its socket right after, and never before: see `closeOverdue`.
    func remove(_ connection: ClientConnection) {
        state.withLock { state in
            state.connections[ObjectIdentifier(connection)] = nil
            if !connection.isProxy { state.release(Self.key(connection.address)) }
        }
    }

    /// Counts a request that a trusted proxy has forwarded.
    ///
    /// - Throws: `tooManyConnectionsFromAddress` if its client has too many under way.
    func beginForwarded(from client: String, on connection: ClientConnection, limits: ServerLimits) throws(HTTPRefusal)
    {
        let key = Self.key(client)
        let isAdmitted = state.withLock { state in
            guard state.counts[key, default: 0] < limits.connectionsPerAddress else { return false }
            state.counts[key, default: 0] += 1
            return true
        }
        guard isAdmitted else { throw .tooManyConnectionsFromAddress }
        connection.noteForwarded(key)
    }

    /// A request that a trusted proxy has forwarded is over.
    func endForwarded(of key: String) { state.withLock { $0.release(key) } }

    private static func key(_ address: String) -> String { IPAddress(address)?.clientKey ?? address }

    /// Closes the connections whose client has gone, is too slow, or has exceeded a time limit. Called once an
    /// `interval`, in seconds.
    ///
    /// The table stays locked meanwhile, so that no socket's number can be given to another connection.
    func closeOverdue(limits: ServerLimits, interval: Double) {
        let now = monotonicSeconds()
        let overdue = state.withLock { state in
            state.connections.values.filter { connection in
                connection.exchange?.answerPausedClient()
                let isOverdue =
                    if let exchange = connection.exchange {
                        exchange.isOverdue(at: now, interval: interval)
                            // libmicrohttpd does not look at the socket of a suspended connection; nor does it notice the
                            // end of a connection that arrives right behind a piece of a body. Later, sending fails.
                            || (exchange.isUnanswered && connection.hasGone(at: now, limits: limits))
                    } else {
                        connection.isIdleTooLong(at: now, limits: limits)
                    }
                if isOverdue { shutdown(connection.socket, Int32(SHUT_RDWR)) }
                return isOverdue
            }
        }
        for connection in overdue { connection.exchange?.abort() }
    }

    /// Aborts every request under way.
    func abortAll() {
        let connections = state.withLock { Array($0.connections.values) }
        for connection in connections { connection.exchange?.abort() }
    }
}

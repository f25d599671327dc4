internal import HTTPTypes

/// Which requests without credentials may act as the built-in account, as long as there are no accounts.
///
/// Loopback alone proves nothing: a proxy on this machine forwards the requests of strangers over it, and other people
/// may have accounts on the machine. The connection must belong to the user who runs the server, or to root
/// (docs/decisions/0041).
public struct LocalAccess: Sendable {
    private let users: Set<UInt32>?

    /// - Parameter users: the ids of the users whose requests may; nil for no request at all.
    public init(users: Set<UInt32>?) { self.users = users }

    /// Why the request may not act as the built-in account, to complete the sentence "This request …"; nil if it may.
    func objection(to request: HTTPRequest) -> String? {
        guard let users else { return "came to a server that is behind a proxy" }
        guard request.connection.address != HTTPRequest.Connection.unixAddress else { return "came by a Unix socket" }
        for field in ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Via"]
        where request.fields[field] != nil {
            return "came through a proxy (it has the field \(field))"
        }
        guard request.isHTTP11 else { return "was not sent as HTTP/1.1" }
        guard let host = request.authority, host.isLoopback else { return "was not sent to localhost or 127.0.0.1" }
        guard let user = request.connection.peerUser() else { return "did not come from this machine" }
        return users.contains(user) ? nil : "belongs to another user of this machine than the server"
    }
}

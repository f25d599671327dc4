public import Streams
internal import SystemIO

/// A request as a handler sees it: the head is complete, the body is arriving.
public struct HTTPRequest: Sendable {
    /// What is known about the connection that a request came over.
    public struct Connection: Sendable {
        /// The address of whoever is connected by a Unix socket. It is no IP address.
        public static let unixAddress = "unix"

        /// The address of the peer, without its port; that of a client of a Unix socket is `unixAddress`.
        public let address: String
        /// The id of the user on this machine whose process is the peer; nil if it is on another machine, or not known.
        public let peerUser: @Sendable () -> UInt32?

        public init(address: String, peerUser: @escaping @Sendable () -> UInt32? = { nil }) {
            (self.address, self.peerUser) = (address, peerUser)
        }
    }

    /// How the client addresses the server. `TrustedProxies` sets it if a proxy is in between.
    public struct Origin: Hashable, Sendable {
        /// The client's address.
        public var client: String
        /// `http` or `https`.
        public var scheme: String = "http"
        /// The path below which the proxy offers the server, such as `/pictures`; empty if there is none.
        public var pathPrefix: String = ""
        /// The host under which clients reach the server; nil if it is that of the request.
        public var publicAuthority: Authority?

        public init(client: String) { self.client = client }

        /// The client for limits: an IPv6 client is its /64.
        public var clientKey: String {
            // IPv4 has one form in text: it need not be read.
            client.utf8.contains(UInt8(ascii: ":")) ? IPAddress(client)?.clientKey ?? client : client
        }
    }

    public let method: HTTPMethod
    public let target: RequestTarget
    public private(set) var fields: HTTPFields
    /// The host and port that the client has asked for; nil if the request names none, or one that cannot be read.
    public private(set) var authority: Authority?
    /// Whether the request is of HTTP/1.1 or later.
    public let isHTTP11: Bool
    public let connection: Connection
    public var origin: Origin
    /// Identifies this request in logs and in the `X-Request-Id` field of its response.
    public let id: String
    /// Bytes of the body if `Content-Length` says so; nil for a chunked body; 0 if there is none.
    public let contentLength: Int64?
    /// The body. It is not asked for (no `100 Continue`) before it is read.
    public let body: ByteStream

    public init(
        method: HTTPMethod, target: RequestTarget, fields: HTTPFields, isHTTP11: Bool = true, connection: Connection,
        id: String, contentLength: Int64?, body: ByteStream
    ) {
        (self.method, self.target, self.fields, self.isHTTP11) = (method, target, fields, isHTTP11)
        (self.connection, origin, self.id) = (connection, Origin(client: connection.address), id)
        (self.contentLength, self.body) = (contentLength, body)
        authority = fields["Host"].flatMap { Authority($0) }
    }

    /// Replaces the host by the one that a proxy names.
    mutating func setHost(_ host: String) {
        fields["Host"] = host
        authority = Authority(host)
    }
}

internal import Chronology
internal import Glibc
internal import HTTPTypes

/// A response that is written to the connection itself while the body is still coming.
///
/// libmicrohttpd responds only after the body's end. A client whose gigabyte is refused after its first bytes should
/// not have to send all of it, and should still see the response.
struct EarlyAnswer: Sendable {
    let bytes: [UInt8]

    /// - Parameter response: its body consists of bytes that are at hand.
    init(_ response: HTTPResponse) {
        let body: [UInt8] = if case .bytes(let body) = response.body { body } else { [] }
        bytes = Self.head(of: response, length: body.count) + body
    }

    /// Writes without waiting, as the last bytes of the connection. With TLS only on the connection's thread.
    ///
    /// - Returns: false if the socket has no room for all of it, because the client does not read.
    func send(to client: ClientConnection) -> Bool {
        if let tls = client.tls { return tls.sendLast(bytes) }
        return Glibc.send(client.socket, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT)) == bytes.count
    }

    private static func head(of response: HTTPResponse, length: Int) -> [UInt8] {
        var text = "HTTP/1.1 \(response.status.code) \(response.status.reason)\r\n"
        var fields = response.fields
        fields["Date"] = HTTPDate.format(.now)
        fields["Connection"] = "close"
        fields["Content-Length"] = String(length)
        for (name, value) in fields { text += "\(name): \(value)\r\n" }
        return Array((text + "\r\n").utf8)
    }
}

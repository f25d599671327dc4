internal import CGnuTLS
internal import Glibc

/// A client that speaks TLS over a socket of its own, and blocks.
public final class TLSClient {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    private let socket: Int32
    private var session: gnutls_session_t?
    private var credentials: gnutls_certificate_credentials_t?

    /// Connects to a port of this machine.
    ///
    /// - Parameter versions: such as `+VERS-TLS1.1`, in GnuTLS's words.
    /// - Throws: if the handshake fails.
    public init(port: Int, versions: String = "+VERS-TLS1.3:+VERS-TLS1.2") throws {
        socket = try PlainClient.connect(port: port)
        gnutls_certificate_allocate_credentials(&credentials)
        gnutls_init(&session, GNUTLS_CLIENT.rawValue)
        gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials.map { UnsafeMutableRawPointer($0) })
        gnutls_priority_set_direct(session, "NORMAL:-VERS-ALL:\(versions):%VERIFY_ALLOW_SIGN_WITH_SHA1", nil)
        gnutls_transport_set_int2(session, socket, socket)
        try check(gnutls_handshake(session))
    }

    deinit {
        gnutls_deinit(session)
        gnutls_certificate_free_credentials(credentials)
        close(socket)
    }

    /// The server's certificate as PEM, without line ends.
    public func serverCertificate() throws -> [UInt8] {
        var count: UInt32 = 0
        guard let first = gnutls_certificate_get_peers(session, &count), count > 0 else {
            throw Failure(description: "the server has no certificate")
        }
        var text = gnutls_datum_t()
        try check(gnutls_pem_base64_encode2("CERTIFICATE", first, &text))
        defer { tintype_gnutls_free(text.data) }
        return Array(UnsafeBufferPointer(start: text.data, count: Int(text.size)))
    }

    /// Sends all of the bytes.
    public func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { gnutls_record_send(session, $0.baseAddress, $0.count) }
            try check(Int32(clamping: sent))
            rest = rest.dropFirst(sent)
        }
    }

    /// Some bytes of what the server sends; empty at its end.
    public func receive() throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        let count = gnutls_record_recv(session, &buffer, buffer.count)
        try check(Int32(clamping: count))
        return Array(buffer.prefix(count))
    }

    /// Everything that the server sends until it ends the connection.
    public func receiveAll() throws -> [UInt8] {
        var all: [UInt8] = []
        while case let piece = try receive(), !piece.isEmpty { all += piece }
        return all
    }

    private func check(_ code: Int32) throws {
        guard code < 0 else { return }
        throw Failure(description: gnutls_strerror(code).map { String(cString: $0) } ?? "\(code)")
    }
}

/// A bare socket.
public enum PlainClient {
    /// Connects to a port of this machine. What it receives must come within 30 seconds.
    public static func connect(port: Int) throws -> Int32 {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        guard code == 0 else {
            close(number)
            throw TLSClient.Failure(description: "the server cannot be reached")
        }
        return number
    }

    /// Sends bytes, and reads until the server closes the connection; nil if it does not.
    public static func ask(port: Int, _ bytes: [UInt8]) throws -> [UInt8]? {
        let number = try connect(port: port)
        defer { close(number) }
        _ = Glibc.send(number, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(number, &buffer, buffer.count, 0)
            if count < 0, errno == EAGAIN { return nil }
            if count <= 0 { return all }
            all += buffer.prefix(count)
        }
    }
}

internal import CGnuTLS
internal import CMicrohttpd
internal import Glibc
internal import Runtime
internal import Synchronization

/// The TLS of one connection, around libmicrohttpd's session of GnuTLS.
///
/// It moves the session's bytes to and from the socket itself, so that it knows when the handshake waits. GnuTLS calls
/// it on the connection's thread only. It lives longer than the session: see `connectionChanged`.
final class TLSSession: Sendable {
    /// TLS 1.2 and 1.3 with GnuTLS's usual cipher suites, of which those are left out in TLS 1.2 that have no forward
    /// secrecy or no authenticated encryption (RFC 9325, sections 3.1.1, 4.1 and 4.2).
    static let priorities: StaticString = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-AES-128-CBC:-AES-256-CBC"

    /// The certificate of this connection, even if another one is in force meanwhile.
    let certificate: TLSCertificate
    private let session: UInt
    private let connection: UInt
    private let socket: Int32
    private let waiting: HandshakeWait
    private let isReadingHandshake = Atomic(true)
    private let hasBegunRequest = Atomic(false)
    /// What is to be sent, before the connection ends, when the connection's thread reads next.
    private let lastAnswer = Locked<EarlyAnswer?>(nil)

    /// Nil if the connection has no TLS.
    init?(of connection: OpaquePointer?, socket: Int32, certificate: TLSCertificate?, waiting: HandshakeWait?) {
        guard let connection, let certificate, let waiting, let session = tintype_connection_tls_session(connection)
        else { return nil }
        (self.certificate, self.waiting, self.socket) = (certificate, waiting, socket)
        (self.session, self.connection) = (UInt(bitPattern: session), UInt(bitPattern: connection))
        let handle = OpaquePointer(session)
        let context = Unmanaged.passUnretained(self).toOpaque()
        gnutls_session_set_ptr(handle, context)
        gnutls_transport_set_ptr(handle, context)
        gnutls_transport_set_pull_function(handle, pullTLSBytes)
        gnutls_transport_set_vec_push_function(handle, pushTLSBytes)
        gnutls_handshake_set_hook_function(
            handle, GNUTLS_HANDSHAKE_FINISHED.rawValue, GNUTLS_HOOK_POST, noteTLSFinished)
    }

    /// A request has begun: the handshake is over for certain.
    func noteRequest() { hasBegunRequest.store(true, ordering: .relaxed) }

    /// Sends the connection's last bytes without waiting, on the connection's thread.
    ///
    /// - Returns: false if the socket has no room for all of them.
    func sendLast(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes {
                gnutls_record_send(OpaquePointer(bitPattern: session), $0.baseAddress, $0.count)
            }
            guard sent > 0 else { return false }
            rest = rest.dropFirst(sent)
        }
        // A client that goes on sending, or waits, sees that nothing follows. Without room, it sees a closed socket.
        gnutls_bye(OpaquePointer(bitPattern: session), GNUTLS_SHUT_WR)
        return true
    }

    /// Has the connection's thread send an answer and end the connection, although the client sends nothing.
    func end(with answer: EarlyAnswer) {
        lastAnswer.withLock { $0 = answer }
        // The end of the stream is something to read.
        shutdown(socket, Int32(SHUT_RD))
    }

    fileprivate func pull(into buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
        if let answer = lastAnswer.withLock({ $0.take() }) {
            // GnuTLS lets a session send while it receives (its manual, section "Thread safety").
            _ = sendLast(answer.bytes)
            return 0
        }
        let received = recv(socket, buffer, count, 0)
        if received < 0 {
            let code = errno
            if code == EAGAIN, isReadingHandshake.load(ordering: .relaxed) {
                waiting.suspend(connection, socket: socket)
            }
            gnutls_transport_set_errno(OpaquePointer(bitPattern: session), code)
        }
        return received
    }

    fileprivate func push(_ blocks: UnsafePointer<iovec>?, _ count: Int32) -> Int {
        var message = msghdr()
        message.msg_iov = UnsafeMutablePointer(mutating: blocks)
        message.msg_iovlen = Int(count)
        let sent = sendmsg(socket, &message, Int32(MSG_NOSIGNAL))
        if sent < 0 {
            let code = errno
            // The few kilobytes of a handshake always fit, unless the client has them sent again and again.
            // libmicrohttpd would try without a pause until they do.
            if code == EAGAIN, !hasBegunRequest.load(ordering: .relaxed) { shutdown(socket, Int32(SHUT_RDWR)) }
            gnutls_transport_set_errno(OpaquePointer(bitPattern: session), code)
        }
        return sent
    }

    /// The client's last message of the handshake is here. From now on libmicrohttpd notices that nothing is left to
    /// read, and may close the connection while it reads, when it must not be suspended.
    fileprivate func noteFinished() { isReadingHandshake.store(false, ordering: .relaxed) }

    fileprivate static func of(_ context: UnsafeMutableRawPointer?) -> TLSSession? {
        context.map { Unmanaged<TLSSession>.fromOpaque($0).takeUnretainedValue() }
    }
}

private func pullTLSBytes(
    context: gnutls_transport_ptr_t?, buffer: UnsafeMutableRawPointer?, count: Int
) -> Int {
    TLSSession.of(context)?.pull(into: buffer, count) ?? -1
}

private func pushTLSBytes(context: gnutls_transport_ptr_t?, blocks: UnsafePointer<giovec_t>?, count: Int32) -> Int {
    TLSSession.of(context)?.push(blocks, count) ?? -1
}

private func noteTLSFinished(
    session: gnutls_session_t?, type: UInt32, time: UInt32, isIncoming: UInt32,
    message: UnsafePointer<gnutls_datum_t>?
) -> Int32 {
    if isIncoming != 0 { TLSSession.of(gnutls_session_get_ptr(session))?.noteFinished() }
    return 0
}

/// Called by GnuTLS within a handshake.
func selectTLSCertificate(
    session: gnutls_session_t?, names: UnsafePointer<gnutls_datum_t>?, nameCount: Int32,
    algorithms: UnsafePointer<gnutls_pk_algorithm_t>?, algorithmCount: Int32,
    certificates: UnsafeMutablePointer<UnsafeMutablePointer<gnutls_pcert_st>?>?,
    certificateCount: UnsafeMutablePointer<UInt32>?, key: UnsafeMutablePointer<gnutls_privkey_t?>?
) -> Int32 {
    guard let tls = TLSSession.of(gnutls_session_get_ptr(session)), let certificates, let certificateCount, let key
    else { return -1 }
    tls.certificate.lend(certificates, certificateCount, key)
    return 0
}

internal import CGnuTLS
internal import CMicrohttpd
internal import Glibc

/// A running daemon of libmicrohttpd: a pool of threads, each with its epoll.
struct Daemon {
    /// Bytes of a connection beside those for the fields. There is room for twice the fields that a request may have,
    /// so that the handler can refuse most requests with more; libmicrohttpd refuses even longer ones itself, without
    /// an explanation. It clears this memory after every request, so that a larger one costs time.
    private static let connectionMemory = 8 * 1024

    private let daemon: OpaquePointer

    init(core: ServerCore, listener: ListeningSocket, threads: Int) throws {
        let context = Unmanaged.passUnretained(core).toOpaque()
        let handle = Self.options(core: core, context: context, listener: listener, threads: threads)
            .withUnsafeBufferPointer { options in
                tintype_start_daemon(
                    listener.hasTLS ? tintype_tls_daemon_flags : tintype_daemon_flags, handleRequest, context,
                    UnsafeMutablePointer(mutating: options.baseAddress))
            }
        guard let handle else { throw ServerError(description: "the HTTP daemon does not start") }
        daemon = handle
    }

    /// Accepts no more connections.
    func quiesce() {
        let socket = MHD_quiesce_daemon(daemon)
        if socket >= 0 { close(socket) }
    }

    /// Closes every connection and ends the threads. No connection may be suspended.
    func stop() { MHD_stop_daemon(daemon) }

    private static func options(
        core: ServerCore, context: UnsafeMutableRawPointer, listener: ListeningSocket, threads: Int
    ) -> [MHD_OptionItem] {
        func callback<Function>(_ option: MHD_OPTION, _ function: Function) -> MHD_OptionItem {
            MHD_OptionItem(
                option: option, value: Int(bitPattern: unsafeBitCast(function, to: UnsafeRawPointer.self)),
                ptr_value: context)
        }
        func number(_ option: MHD_OPTION, _ value: Int) -> MHD_OptionItem {
            MHD_OptionItem(option: option, value: value, ptr_value: nil)
        }
        let uriLog:
            @convention(c) (
                UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?
            ) -> UnsafeMutableRawPointer? = beginRequest
        let completed:
            @convention(c) (
                UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
                MHD_RequestTerminationCode
            ) -> Void = completeRequest
        let connection:
            @convention(c) (
                UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
                MHD_ConnectionNotificationCode
            ) -> Void = connectionChanged
        // libmicrohttpd splits its limit evenly among the threads, although their loads differ, and closes connections
        // beyond it without a response. `ConnectionTable` applies the exact limit, which is lower.
        return tlsOptions(listener) + [
            callback(.URI_LOG_CALLBACK, uriLog),
            callback(.NOTIFY_COMPLETED, completed),
            callback(.NOTIFY_CONNECTION, connection),
            number(.LISTEN_SOCKET, Int(listener.descriptor)),
            number(.THREAD_POOL_SIZE, max(1, threads)),
            number(.CONNECTION_LIMIT, (core.limits.connections + 256) * max(1, threads)),
            number(.CONNECTION_MEMORY_LIMIT, connectionMemory + 2 * core.limits.headerBytes),
            number(.CONNECTION_TIMEOUT, Int(core.limits.idleSeconds.rounded(.up)) + 2),
            number(.END, 0),
        ]
    }

    private static func tlsOptions(_ listener: ListeningSocket) -> [MHD_OptionItem] {
        guard listener.hasTLS else { return [] }
        let select:
            @convention(c) (
                gnutls_session_t?, UnsafePointer<gnutls_datum_t>?, Int32, UnsafePointer<gnutls_pk_algorithm_t>?, Int32,
                UnsafeMutablePointer<UnsafeMutablePointer<gnutls_pcert_st>?>?, UnsafeMutablePointer<UInt32>?,
                UnsafeMutablePointer<gnutls_privkey_t?>?
            ) -> Int32 = selectTLSCertificate
        return [
            MHD_OptionItem(
                option: .HTTPS_PRIORITIES, value: 0,
                ptr_value: UnsafeMutableRawPointer(mutating: TLSSession.priorities.utf8Start)),
            MHD_OptionItem(
                option: .HTTPS_CERT_CALLBACK, value: 0,
                ptr_value: unsafeBitCast(select, to: UnsafeMutableRawPointer.self)),
        ]
    }
}

internal import CMicrohttpd
internal import Runtime
internal import SystemIO

/// The connections whose handshake waits for the client.
///
/// libmicrohttpd 0.9.75 does not notice that a handshake has read all there is: its thread asks again and again until
/// more arrives, at the full speed of a processor. So such a connection is suspended, and a thread of this object
/// resumes it once its socket can be read (docs/decisions/0054).
final class HandshakeWait: Sendable {
    private struct State {
        /// Suspended connections of libmicrohttpd, as addresses, by their sockets.
        var waiting: [Int32: UInt] = [:]
        var isStopped = false
    }

    private let state = Locked(State())
    private let sockets: ReadableDescriptors

    /// - Throws: `SystemError` if the system has no more descriptors.
    init() throws(SystemError) { sockets = try ReadableDescriptors() }

    /// Suspends a connection until its socket can be read, or has an error. On the connection's thread only.
    func suspend(_ connection: UInt, socket: Int32) {
        state.withLock { state in
            // A connection must not be suspended twice. Once the server stops, libmicrohttpd closes it shortly.
            guard !state.isStopped, state.waiting[socket] == nil else { return }
            do throws(SystemError) {
                try sockets.add(socket)
            } catch {
                // libmicrohttpd asks without a pause, but the handshake goes on.
                return
            }
            MHD_suspend_connection(OpaquePointer(bitPattern: connection))
            state.waiting[socket] = connection
        }
    }

    /// Resumes connections until `stop`.
    func run() {
        while !state.withLock(\.isStopped) {
            let ready = sockets.wait()
            state.withLock { state in
                for socket in ready { resume(socket, &state) }
            }
        }
    }

    /// Resumes all connections, suspends no more, and has `run` return.
    func stop() {
        state.withLock { state in
            state.isStopped = true
            for socket in Array(state.waiting.keys) { resume(socket, &state) }
        }
        sockets.wake()
    }

    private func resume(_ socket: Int32, _ state: inout State) {
        guard let connection = state.waiting.removeValue(forKey: socket) else { return }
        sockets.remove(socket)
        MHD_resume_connection(OpaquePointer(bitPattern: connection))
    }
}

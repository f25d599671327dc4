internal import Glibc
internal import SystemIO
internal import Runtime

/// Sockets whose request was answered before its body was read.
///
/// If a socket is closed while it has unread bytes, the system resets the connection, and the client may never see the
/// response (RFC 9112, section 9.6). So a duplicate of each is kept open, and what arrives is read and dropped, until
/// the client closes its side or some seconds have passed.
final class LingeringSockets: Sendable {
    private struct Lingering {
        let file: FileDescriptor
        let until: Double
    }

    private static let lingerSeconds = 5.0
    private static let maximumCount = 256
    private static let bufferBytes = 64 * 1024

    private let sockets = Locked<[Lingering]>([])

    /// Keeps a duplicate of the socket open for some seconds, unless there are too many already.
    func add(_ socket: Int32) {
        sockets.withLock { sockets in
            guard sockets.count < Self.maximumCount else { return }
            let duplicate = dup(socket)
            guard duplicate >= 0 else { return }
            sockets.append(
                Lingering(file: FileDescriptor(owning: duplicate), until: monotonicSeconds() + Self.lingerSeconds))
        }
    }

    /// Reads and drops what has arrived, and closes the sockets that are finished. Called at regular intervals.
    func drain() {
        let now = monotonicSeconds()
        let taken = sockets.withLock { sockets in
            defer { sockets = [] }
            return sockets
        }
        let rest = taken.filter { now < $0.until && !Self.isFinished($0.file.number) }
        sockets.withLock { $0.append(contentsOf: rest) }
    }

    private static func isFinished(_ socket: Int32) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: bufferBytes, alignment: 1) { room in
            while true {
                let count = recv(socket, room.baseAddress, room.count, Int32(MSG_DONTWAIT))
                if count == 0 { return true }
                if count < 0 { return errno != EAGAIN && errno != EINTR }
            }
        }
    }
}

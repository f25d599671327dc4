internal import Glibc
internal import SystemIO
internal import Runtime

/// Sockets whose request was answered before its body was read.
///
/// Were they closed with unread bytes, the system would reset the connection, and the client might never see its answer
/// (RFC 9112, section 9.6). A duplicate of each is kept open and read empty until the client closes or its time is over.
final class LingeringSockets: Sendable {
    private struct Lingering {
        let file: FileDescriptor
        let until: Double
    }

    private static let seconds = 5.0
    private static let maximumCount = 256
    private static let buffer = 64 * 1024

    private let sockets = Locked<[Lingering]>([])

    /// Keeps a duplicate of the socket open for a while; too many at once are not kept.
    func add(_ socket: Int32) {
        sockets.withLock { sockets in
            guard sockets.count < Self.maximumCount else { return }
            let duplicate = dup(socket)
            guard duplicate >= 0 else { return }
            sockets.append(Lingering(file: FileDescriptor(owning: duplicate), until: monotonicSeconds() + Self.seconds))
        }
    }

    /// Reads what has come, and closes those that are done. Called again and again.
    func drain() {
        let now = monotonicSeconds()
        let mine = sockets.withLock { sockets in
            defer { sockets = [] }
            return sockets
        }
        let rest = mine.filter { now < $0.until && !Self.isFinished($0.file.number) }
        sockets.withLock { $0.append(contentsOf: rest) }
    }

    private static func isFinished(_ socket: Int32) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: buffer, alignment: 1) { room in
            while true {
                let count = recv(socket, room.baseAddress, room.count, Int32(MSG_DONTWAIT))
                if count == 0 { return true }
                if count < 0 { return errno != EAGAIN && errno != EINTR }
            }
        }
    }
}

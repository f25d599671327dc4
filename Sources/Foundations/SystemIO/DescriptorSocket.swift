internal import CSystem
internal import Glibc

/// One end of a pair of sockets that transfer whole messages with open descriptors.
public final class DescriptorSocket: Sendable {
    /// A message as it was sent, with descriptors of the receiver's own.
    public struct Message: Sendable {
        public let bytes: [UInt8]
        public let descriptors: [FileDescriptor]
    }

    /// The largest message in bytes, which always fits in the system's socket buffer.
    public static let messageLimit = 192 << 10
    /// How many descriptors a message may carry.
    public static let descriptorLimit = 16

    public let descriptor: FileDescriptor

    /// Takes ownership of an inherited end.
    public init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }

    /// Two ends that are connected, both close-on-exec.
    public static func pair() throws(SystemError) -> (DescriptorSocket, DescriptorSocket) {
        var numbers: [Int32] = [-1, -1]
        let kind = Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        try check("make a pair of sockets") { socketpair(AF_UNIX, kind, 0, &numbers) }
        return (
            DescriptorSocket(FileDescriptor(owning: numbers[0])), DescriptorSocket(FileDescriptor(owning: numbers[1]))
        )
    }

    /// Sends one message; its descriptors stay open here.
    public func send(_ bytes: [UInt8], descriptors: [Int32] = []) throws(SystemError) {
        guard bytes.count <= Self.messageLimit, descriptors.count <= Self.descriptorLimit else {
            throw SystemError(code: EMSGSIZE, "send a message")
        }
        try check("send a message") {
            tintype_send_descriptors(descriptor.number, bytes, bytes.count, descriptors, Int32(descriptors.count))
        }
    }

    /// Waits for one message; nil if the other end is closed.
    ///
    /// - Parameter deadline: how long to wait; nil for no limit.
    /// - Throws: `SystemError` with `isTimeout` if nothing came in time.
    public func receive(within deadline: Duration? = nil) throws(SystemError) -> Message? {
        try waitUntilReadable(deadline)
        var numbers = [Int32](repeating: -1, count: Self.descriptorLimit)
        var count = Int32(numbers.count)
        var failure: SystemError?
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.messageLimit) { buffer, filled in
            do throws(SystemError) {
                filled = try check("receive a message") {
                    tintype_receive_descriptors(descriptor.number, buffer.baseAddress, buffer.count, &numbers, &count)
                }
            } catch { failure = error }
        }
        let descriptors = numbers.prefix(max(0, Int(count))).map { FileDescriptor(owning: $0) }
        if let failure {
            if failure.code == ECONNRESET { return nil }
            throw failure
        }
        return bytes.isEmpty ? nil : Message(bytes: bytes, descriptors: descriptors)
    }

    private func waitUntilReadable(_ deadline: Duration?) throws(SystemError) {
        let end = deadline.map { ContinuousClock.now + $0 }
        var request = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        while true {
            let timeout = end.map { Self.milliseconds(ContinuousClock.now.duration(to: $0)) } ?? -1
            // Without `check`: after a signal the remaining time has to be computed again.
            let ready = poll(&request, 1, timeout)
            if ready > 0 { return }
            if ready == 0 { throw SystemError(code: ETIMEDOUT, "wait for a message") }
            if errno != EINTR { throw SystemError(code: errno, "wait for a message") }
        }
    }

    private static func milliseconds(_ duration: Duration) -> Int32 {
        let (seconds, attoseconds) = duration.components
        return Int32(clamping: max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000))
    }
}

extension SystemError {
    /// Nothing happened in time.
    public var isTimeout: Bool { code == ETIMEDOUT }
}

internal import Glibc

/// The sockets that systemd has opened for this process (sd_listen_fds(3)).
public enum SocketActivation {
    /// The number of the first one.
    private static let first: Int32 = 3
    private static let maximumCount: Int32 = 1024

    /// The descriptors; empty if there are none, or they are for another process.
    ///
    /// - Parameters:
    ///   - environment: the variables of the process.
    ///   - process: its id; nil for this process.
    /// - Throws: `SystemError` if the variables name this process, but are malformed.
    public static func descriptors(
        environment: [String: String], process: Int32? = nil
    ) throws(SystemError) -> [Int32] {
        guard let owner = environment["LISTEN_PID"], Int32(owner) == process ?? getpid() else { return [] }
        guard let count = environment["LISTEN_FDS"].flatMap(Int32.init), (0...maximumCount).contains(count) else {
            throw .invalid("take the sockets of systemd: LISTEN_FDS must be their number")
        }
        return Array(first..<(first + count))
    }
}

internal import Glibc
internal import SystemIO

/// The file of a Unix socket (unix(7)).
enum UnixSocketFile {
    /// Removes the file of a socket that nobody listens on any more. Does nothing if there is no file.
    ///
    /// - Throws: `SystemError` if somebody listens, or the file is no socket.
    static func removeStale(_ path: FilePath) throws(SystemError) {
        guard path.text.utf8.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path) else {
            throw SystemError(code: ENAMETOOLONG, "make the socket \(path)")
        }
        guard try FileStatus.find(path) != nil else { return }
        let probe = try check("open a socket") {
            socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        }
        defer { close(probe) }
        let status = withAddress(of: path) { connect(probe, $0, $1) }
        // A socket without a listener refuses; one whose queue is full asks to try again.
        switch (status, errno) {
        case (0, _), (_, EAGAIN): throw SystemError(code: EADDRINUSE, "make the socket \(path)")
        case (_, ECONNREFUSED) where isSocket(path): try check("remove a stale socket") { unlink(path.text) }
        default: throw SystemError(code: EEXIST, "make the socket \(path)")
        }
    }

    /// Whether a path is that of a socket: connecting to any other file is refused, too.
    private static func isSocket(_ path: FilePath) -> Bool {
        var status = stat()
        return lstat(path.text, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }

    /// Runs a body with the address of a socket, whose path is short enough.
    static func withAddress<Result>(
        of path: FilePath, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Result
    ) rethrows -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.text.utf8.prefix($0.count - 1)) }
        return try withUnsafePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                try body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

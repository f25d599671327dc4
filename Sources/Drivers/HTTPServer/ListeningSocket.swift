internal import Glibc
internal import SystemIO

/// A socket that listens.
struct ListeningSocket {
    let descriptor: Int32
    /// The port that is listened on, even if the system chose it; nil for a Unix socket.
    let port: Int?
    /// The address for people, such as `http://127.0.0.1:5000/`, `https://127.0.0.1:5000/` or `unix:/run/tintype.sock`.
    let name: String
    /// The file of a Unix socket that this process has made.
    private let file: (path: FilePath, inode: UInt64)?

    private static let backlog: Int32 = 1024

    /// Whether its connections speak TLS.
    let hasTLS: Bool

    /// - Parameter hasTLS: whether connections by TCP speak TLS.
    /// - Throws: `SystemError`, for example if the address is in use.
    init(_ address: ListeningAddress, hasTLS: Bool = false) throws {
        switch address {
        case .tcp(let host, let port): try self.init(host: host, port: port, hasTLS: hasTLS)
        case .unix(let path, let mode): try self.init(path: path, mode: mode)
        case .inherited(let descriptor): try self.init(inherited: descriptor, hasTLS: hasTLS)
        }
    }

    /// Resolves the host, binds and listens.
    private init(host: String, port: Int, hasTLS: Bool) throws {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let address = found else {
            throw SystemError(code: EADDRNOTAVAIL, "resolve the host \(host)")
        }
        defer { freeaddrinfo(found) }
        let socket = try Self.open(address.pointee.ai_family)
        let bound = try Self.closing(socket) {
            var yes: Int32 = 1
            setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
            try check("bind to \(host), port \(port)") {
                bind(socket, address.pointee.ai_addr, address.pointee.ai_addrlen)
            }
            try check("listen") { listen(socket, Self.backlog) }
            return SocketName(of: socket)?.port ?? port
        }
        (descriptor, self.port, file, self.hasTLS) = (socket, bound, nil, hasTLS)
        name = "\(hasTLS ? "https" : "http")://\(host.contains(":") ? "[\(host)]" : host):\(bound)/"
    }

    /// Makes the file of a Unix socket, and listens. A file that a dead server has left behind is replaced.
    private init(path: FilePath, mode: UInt32) throws {
        let socket = try Self.open(AF_UNIX)
        let inode = try Self.closing(socket) {
            try UnixSocketFile.removeStale(path)
            try check("make the socket \(path)") { UnixSocketFile.withAddress(of: path) { bind(socket, $0, $1) } }
            // Nobody can connect before it listens, whatever the permissions are until then.
            try check("set the permissions of \(path)") { chmod(path.text, mode_t(mode)) }
            try check("listen") { listen(socket, Self.backlog) }
            return try FileStatus(of: path).inode
        }
        (descriptor, port, file, name, hasTLS) = (socket, nil, (path, inode), "unix:\(path)", false)
    }

    /// Takes a socket that listens already.
    private init(inherited descriptor: Int32, hasTLS: Bool) throws {
        func number(_ option: Int32) -> Int32? {
            var (value, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
            return getsockopt(descriptor, SOL_SOCKET, option, &value, &size) == 0 ? value : nil
        }
        guard number(SO_TYPE) == Int32(SOCK_STREAM.rawValue), number(SO_ACCEPTCONN) == 1,
            let address = SocketName(of: descriptor, hasTLS: hasTLS)
        else { throw SystemError(code: EINVAL, "take descriptor \(descriptor), which is no listening stream socket,") }
        try check("keep a socket from child processes") { fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        (self.descriptor, port, name, file) = (descriptor, address.port, address.text, nil)
        self.hasTLS = hasTLS && port != nil
    }

    /// Gives the address up before anybody was served.
    func discard() {
        removeFile()
        close(descriptor)
    }

    /// Removes the file of a Unix socket, unless another process has replaced it.
    func removeFile() {
        guard let file, (try? FileStatus(of: file.path))?.inode == file.inode else { return }
        unlink(file.path.text)
    }

    private static func open(_ family: Int32) throws(SystemError) -> Int32 {
        try check("open a socket") {
            Glibc.socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        }
    }

    private static func closing<Result>(_ socket: Int32, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            close(socket)
            throw error
        }
    }
}

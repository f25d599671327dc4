internal import CMicrohttpd
internal import Glibc
internal import SystemIO

/// A TCP socket that listens.
struct ListeningSocket {
    let descriptor: Int32
    /// The port that is listened on, even if the system chose it.
    let port: Int

    /// Resolves the host, binds and listens.
    ///
    /// - Parameters:
    ///   - host: a name, or an address of IPv4 or IPv6.
    ///   - port: 0 lets the system choose.
    /// - Throws: `SystemError`, for example if the address is in use.
    init(host: String, port: Int) throws {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let address = found else {
            throw SystemError(code: EADDRNOTAVAIL, "resolve the host \(host)")
        }
        defer { freeaddrinfo(found) }
        let socket = try check("open a socket") {
            Glibc.socket(address.pointee.ai_family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        }
        do {
            var yes: Int32 = 1
            setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
            try check("bind to \(host), port \(port)") {
                bind(socket, address.pointee.ai_addr, address.pointee.ai_addrlen)
            }
            try check("listen") { listen(socket, 1024) }
            self.port = try Self.boundPort(of: socket)
        } catch {
            close(socket)
            throw error
        }
        descriptor = socket
    }

    private static func boundPort(of socket: Int32) throws -> Int {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        try withUnsafeMutableBytes(of: &storage) { bytes in
            _ = try check("read the socket's address") {
                getsockname(socket, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length)
            }
        }
        // The port has the same offset in the structures for IPv4 and IPv6.
        return withUnsafeBytes(of: &storage) { bytes in
            Int(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
        }
    }
}

/// An address as text, without its port. An IPv4 address that is mapped to IPv6 is written as IPv4.
func textualAddress(_ address: UnsafePointer<sockaddr>?) -> String {
    guard let address else { return "unknown" }
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let isIPv6 = Int32(address.pointee.sa_family) == AF_INET6
    let length = isIPv6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
    guard getnameinfo(address, socklen_t(length), &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 else {
        return "unknown"
    }
    let result = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return result.hasPrefix("::ffff:") ? String(result.dropFirst(7)) : result
}

internal import CMicrohttpd
internal import Glibc
internal import HTTPTypes

/// The address that a socket is bound to.
struct SocketName {
    /// Nil for a Unix socket.
    let port: Int?
    /// Such as `http://127.0.0.1:5000/` or `unix:/run/tintype.sock`.
    let text: String

    /// Nil if the socket has no such address.
    ///
    /// - Parameter hasTLS: whether connections by TCP speak TLS.
    init?(of socket: Int32, hasTLS: Bool = false) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let name: (Int?, String)? = withUnsafeMutableBytes(of: &storage) { bytes in
            guard let address = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                getsockname(socket, address, &length) == 0
            else { return nil }
            switch Int32(address.pointee.sa_family) {
            case AF_INET, AF_INET6:
                // The port has the same offset in the structures for IPv4 and IPv6.
                let port = Int(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
                let host = textualAddress(address)
                return (port, "\(hasTLS ? "https" : "http")://\(host.contains(":") ? "[\(host)]" : host):\(port)/")
            case AF_UNIX:
                let path = bytes[min(2, Int(length))..<min(Int(length), bytes.count)]
                return (nil, "unix:" + String(decoding: path.prefix { $0 != 0 }, as: UTF8.self))
            default: return nil
            }
        }
        guard let name else { return nil }
        (port, text) = name
    }
}

/// An address as text, without its port. An IPv4 address that is mapped to IPv6 is written as IPv4; all clients of Unix
/// sockets have one address.
func textualAddress(_ address: UnsafePointer<sockaddr>?) -> String {
    guard let address else { return "unknown" }
    if Int32(address.pointee.sa_family) == AF_UNIX { return HTTPRequest.Connection.unixAddress }
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let isIPv6 = Int32(address.pointee.sa_family) == AF_INET6
    let length = isIPv6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
    guard getnameinfo(address, socklen_t(length), &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 else {
        return "unknown"
    }
    let result = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return result.hasPrefix("::ffff:") ? String(result.dropFirst(7)) : result
}

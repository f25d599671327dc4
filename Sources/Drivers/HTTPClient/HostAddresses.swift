internal import CCurl
internal import Glibc
public import SystemIO

/// The addresses that the system has for names.
public enum HostAddresses {
    /// The addresses of a host: a name, or an address in any form that the system's functions take, such as `0x7f.1`.
    ///
    /// Blocks for as long as the name servers take.
    /// - Returns: nil if that cannot be found out now; nothing if there is no such name.
    public static func of(_ host: String) -> [IPAddress]? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard code == 0 else { return code == EAI_NONAME ? [] : nil }
        var addresses: [IPAddress] = []
        var next = list
        while let entry = next {
            if let address = entry.pointee.ai_addr.flatMap(address) { addresses.append(address) }
            next = entry.pointee.ai_next
        }
        return addresses
    }

    private static func address(_ address: UnsafeMutablePointer<sockaddr>) -> IPAddress? {
        let bytes = UnsafeRawPointer(address)
        return switch Int32(address.pointee.sa_family) {
        case AF_INET: IPAddress(bytes: [UInt8](UnsafeRawBufferPointer(start: bytes + 4, count: 4)))
        case AF_INET6: IPAddress(bytes: [UInt8](UnsafeRawBufferPointer(start: bytes + 8, count: 16)))
        default: nil
        }
    }
}

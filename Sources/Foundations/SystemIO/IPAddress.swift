internal import Glibc

/// An address of IPv4 (RFC 791) or IPv6 (RFC 4291). An IPv4-mapped IPv6 address is the IPv4 address.
public struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address of IPv6; for IPv4 the mapped one (RFC 4291, section 2.5.5.2).
    private let high: UInt64, low: UInt64

    private static let mappedPrefix: UInt64 = 0xFFFF_0000_0000

    /// Reads an address as text, without brackets. A zone (RFC 4007, section 11) is ignored.
    public init?(_ text: some StringProtocol) { self.init(String(text)) }

    /// Reads an address as text, without brackets: for whole strings, as nearly all are, and so without generics.
    public init?(_ text: String) {
        var text = text
        if let zone = text.utf8.firstIndex(of: UInt8(ascii: "%")) { text.removeSubrange(zone...) }
        guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 {
            (high, low) = (0, Self.mappedPrefix | UInt64(Self.integer(bytes[..<4])))
        } else if inet_pton(AF_INET6, text, &bytes) == 1 {
            (high, low) = (Self.integer(bytes[..<8]), Self.integer(bytes[8...]))
        } else {
            return nil
        }
    }

    /// Takes 4 bytes of IPv4 or 16 of IPv6, in network order; nil for any other number.
    public init?(bytes: [UInt8]) {
        switch bytes.count {
        case 4: (high, low) = (0, Self.mappedPrefix | UInt64(Self.integer(bytes[...])))
        case 16: (high, low) = (Self.integer(bytes[..<8]), Self.integer(bytes[8...]))
        default: return nil
        }
    }

    fileprivate init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    /// The IPv4 address in the last 32 bits, as several forms of IPv6 have one.
    var lastBitsAsIPv4: IPAddress { IPAddress(high: 0, low: Self.mappedPrefix | low & 0xFFFF_FFFF) }

    public var isIPv4: Bool { high == 0 && low >> 32 == Self.mappedPrefix >> 32 }

    /// Whether it is an address of the machine itself: 127.0.0.0/8 or ::1.
    public var isLoopback: Bool { isIPv4 ? low >> 24 & 0xFF == 127 : high == 0 && low == 1 }

    /// The text for limits that count by client: an IPv6 address counts by its /64, all of which one client usually has
    /// (RFC 6177).
    public var clientKey: String {
        isIPv4 ? description : "\(IPAddress(high: high, low: 0))/64"
    }

    public var description: String {
        var bytes = Self.bytes(of: high) + Self.bytes(of: low)
        if isIPv4 { bytes.removeFirst(12) }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        _ = inet_ntop(isIPv4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    fileprivate func masked(to length: Int) -> IPAddress {
        func mask(_ bits: Int) -> UInt64 { bits <= 0 ? 0 : bits >= 64 ? .max : ~(.max >> bits) }
        return IPAddress(high: high & mask(length), low: low & mask(length - 64))
    }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    private static func bytes(of value: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) }
    }
}

/// A range of addresses in the notation of CIDR (RFC 4632), such as `10.0.0.0/8` or `fd00::/8`.
public struct IPNetwork: Hashable, Sendable, CustomStringConvertible {
    private let base: IPAddress
    /// Bits of the IPv6 form.
    private let length: Int

    /// Reads a network, or one address.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first) else { return nil }
        let offset = address.isIPv4 ? 96 : 0
        guard parts.count == 2 else {
            (base, length) = (address, 128)
            return
        }
        guard parts[1].utf8.allSatisfy({ (48...57).contains($0) }), let bits = UInt8(parts[1]),
            Int(bits) <= 128 - offset
        else { return nil }
        length = Int(bits) + offset
        base = address.masked(to: length)
    }

    public func contains(_ address: IPAddress) -> Bool { address.masked(to: length) == base }

    public var description: String { "\(base)/\(base.isIPv4 ? length - 96 : length)" }
}

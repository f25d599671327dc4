/// A range of addresses that are not those of hosts on the public internet (RFC 6890, and the IANA registries of
/// special-purpose addresses).
public struct SpecialPurposeNetwork: Sendable, Hashable {
    public let network: IPNetwork
    /// What it is for, and where that is stated: "loopback, RFC 1122".
    public let purpose: String

    private init?(_ network: String, _ purpose: String) {
        guard let network = IPNetwork(network) else { return nil }
        (self.network, self.purpose) = (network, purpose)
    }

    /// The range that an address belongs to; nil for an address of the public internet.
    ///
    /// An IPv6 address by which a translator reaches an IPv4 address (RFC 6052) counts as that one.
    public static func containing(_ address: IPAddress) -> SpecialPurposeNetwork? {
        if let translated, translated.contains(address) { return containing(address.lastBitsAsIPv4) }
        return all.first { $0.network.contains(address) }
    }

    /// The prefix of NAT64 for all networks.
    private static let translated = IPNetwork("64:ff9b::/96")

    /// Mapped IPv6 addresses (RFC 4291, section 2.5.5.2) are the IPv4 addresses, so that the first rows hold for them.
    static let all: [SpecialPurposeNetwork] = [
        ("0.0.0.0/8", "this network, RFC 1122"),
        ("10.0.0.0/8", "private, RFC 1918"),
        ("100.64.0.0/10", "shared by customers of a provider, RFC 6598"),
        ("127.0.0.0/8", "loopback, RFC 1122"),
        ("168.63.129.16/32", "services of the machine's provider"),
        ("169.254.0.0/16", "link-local, RFC 3927"),
        ("172.16.0.0/12", "private, RFC 1918"),
        ("192.0.0.0/24", "assigned to protocols, RFC 6890"),
        ("192.0.2.0/24", "documentation, RFC 5737"),
        ("192.88.99.0/24", "former relays of 6to4, RFC 7526"),
        ("192.168.0.0/16", "private, RFC 1918"),
        ("198.18.0.0/15", "benchmarks, RFC 2544"),
        ("198.51.100.0/24", "documentation, RFC 5737"),
        ("203.0.113.0/24", "documentation, RFC 5737"),
        ("224.0.0.0/4", "multicast, RFC 5771"),
        ("240.0.0.0/4", "reserved, RFC 1112"),
        // Unspecified, loopback, and IPv4-compatible addresses.
        ("::/96", "loopback and unspecified, RFC 4291"),
        ("::ffff:0:0:0/96", "translated IPv4, RFC 2765"),
        ("64:ff9b:1::/48", "local translation of IPv4, RFC 8215"),
        ("100::/64", "discarded, RFC 6666"),
        ("100:0:0:1::/64", "dummy, RFC 9780"),
        ("2001::/23", "assigned to protocols such as Teredo, RFC 2928"),
        ("2001:db8::/32", "documentation, RFC 3849"),
        ("2002::/16", "6to4, RFC 3056"),
        ("3fff::/20", "documentation, RFC 9637"),
        ("5f00::/16", "segment routing, RFC 9602"),
        ("fc00::/7", "unique local, RFC 4193"),
        ("fe80::/10", "link-local, RFC 4291"),
        ("fec0::/10", "former site-local, RFC 3879"),
        ("ff00::/8", "multicast, RFC 4291"),
    ].compactMap { SpecialPurposeNetwork($0, $1) }
}

import Testing

@testable import SystemIO

@Suite struct SpecialPurposeNetworkTests {
    private static func network(of text: String) throws -> String? {
        SpecialPurposeNetwork.containing(try #require(IPAddress(text), "\(text)"))?.network.description
    }

    /// The first and the last address of each range, and the form of some IPv4 addresses in IPv6.
    @Test(arguments: [
        ("0.0.0.0", "0.0.0.0/8"), ("0.255.255.255", "0.0.0.0/8"), ("10.0.0.0", "10.0.0.0/8"),
        ("10.255.255.255", "10.0.0.0/8"), ("100.64.0.0", "100.64.0.0/10"), ("100.100.100.200", "100.64.0.0/10"),
        ("100.127.255.255", "100.64.0.0/10"), ("127.0.0.1", "127.0.0.0/8"), ("127.255.255.255", "127.0.0.0/8"),
        ("168.63.129.16", "168.63.129.16/32"), ("169.254.0.0", "169.254.0.0/16"),
        ("169.254.169.254", "169.254.0.0/16"), ("172.16.0.0", "172.16.0.0/12"), ("172.31.255.255", "172.16.0.0/12"),
        ("192.0.0.0", "192.0.0.0/24"), ("192.0.0.192", "192.0.0.0/24"), ("192.0.2.255", "192.0.2.0/24"),
        ("192.88.99.1", "192.88.99.0/24"), ("192.168.0.0", "192.168.0.0/16"), ("192.168.255.255", "192.168.0.0/16"),
        ("198.18.0.0", "198.18.0.0/15"), ("198.19.255.255", "198.18.0.0/15"), ("198.51.100.7", "198.51.100.0/24"),
        ("203.0.113.7", "203.0.113.0/24"), ("224.0.0.1", "224.0.0.0/4"), ("239.255.255.255", "224.0.0.0/4"),
        ("240.0.0.0", "240.0.0.0/4"), ("255.255.255.255", "240.0.0.0/4"),
        ("::ffff:127.0.0.1", "127.0.0.0/8"), ("::ffff:10.1.2.3", "10.0.0.0/8"), ("::ffff:a9fe:a9fe", "169.254.0.0/16"),
        ("64:ff9b::127.0.0.1", "127.0.0.0/8"), ("64:ff9b::10.0.0.1", "10.0.0.0/8"),
        ("::", "::/96"), ("::1", "::/96"), ("::127.0.0.1", "::/96"), ("::8.8.8.8", "::/96"),
        ("::ffff:0:127.0.0.1", "::ffff:0:0:0/96"), ("64:ff9b:1::1", "64:ff9b:1::/48"),
        ("64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "64:ff9b:1::/48"), ("100::", "100::/64"),
        ("100:0:0:1::1", "100:0:0:1::/64"),
        ("2001::1", "2001::/23"), ("2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2001::/23"),
        ("2001:db8::1", "2001:db8::/32"),
        ("2002:7f00:1::", "2002::/16"), ("2002:808:808::", "2002::/16"), ("3fff::1", "3fff::/20"),
        ("5f00::1", "5f00::/16"), ("fc00::1", "fc00::/7"), ("fd00:ec2::254", "fc00::/7"),
        ("fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fc00::/7"), ("fe80::1", "fe80::/10"), ("febf::1", "fe80::/10"),
        ("fec0::1", "fec0::/10"), ("ff02::1", "ff00::/8"),
    ])
    func `special addresses are in their range`(text: String, network: String) throws {
        #expect(try Self.network(of: text) == network)
    }

    /// Those of the public internet, among them the neighbours of the ranges.
    @Test(arguments: [
        "1.0.0.0", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.0",
        "168.63.129.15", "168.63.129.17", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0",
        "191.255.255.255",
        "192.0.1.0", "192.0.3.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "203.0.114.0",
        "223.255.255.255", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2001:200::1", "2001:4860:4860::8888", "2001:db9::1",
        "2003::1", "2606:4700::1111", "3ffe::1",
    ])
    func `others are in none`(text: String) throws {
        #expect(try Self.network(of: text) == nil)
    }

    @Test func `each row of the table can be read, and says what it is for`() {
        #expect(SpecialPurposeNetwork.all.count == 30)
        #expect(SpecialPurposeNetwork.all.allSatisfy { !$0.purpose.isEmpty })
    }

    @Test func `addresses are read from their bytes`() {
        #expect(IPAddress(bytes: [127, 0, 0, 1]) == IPAddress("127.0.0.1"))
        #expect(IPAddress(bytes: [UInt8](repeating: 0, count: 15) + [1]) == IPAddress("::1"))
        #expect(IPAddress(bytes: [1, 2, 3]) == nil && IPAddress(bytes: []) == nil)
    }
}

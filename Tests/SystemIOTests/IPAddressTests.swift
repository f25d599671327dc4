import SystemIO
import Testing

@Suite struct IPAddressTests {
    @Test(
        arguments: [
            ("1.2.3.4", "1.2.3.4"), ("::ffff:1.2.3.4", "1.2.3.4"), ("2001:DB8:0:0::1", "2001:db8::1"), ("::", "::"),
            ("fe80::1%eth0", "fe80::1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("", nil),
            ("1.2.3", nil), ("1.2.3.4.5", nil), ("1.2.3.256", nil), ("01.2.3.4", nil), ("[::1]", nil), (":::", nil),
            ("1.2.3.4\u{0}", nil), ("localhost", nil), ("127.1", nil), (String(repeating: "1", count: 100), nil),
        ] as [(String, String?)])
    func `an address is read and written`(text: String, written: String?) {
        #expect(IPAddress(text)?.description == written)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("::ffff:127.0.0.1", true), ("126.0.0.1", false),
        ("128.0.0.1", false), ("::", false), ("::2", false), ("0.0.0.0", false), ("::7f00:1", false),
    ])
    func `loopback is known`(text: String, isLoopback: Bool) { #expect(IPAddress(text)?.isLoopback == isLoopback) }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.1.2.3/8", "10.0.0.0", true),
        ("1.2.3.4", "1.2.3.4", true), ("1.2.3.4", "1.2.3.5", false), ("0.0.0.0/0", "9.9.9.9", true),
        ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "2001:db8::1", true), ("fd00::/8", "fdff::1", true),
        ("fd00::/8", "fe00::1", false), ("2001:db8::/65", "2001:db8::7fff:0:0:1", true),
        ("2001:db8::/65", "2001:db8::8000:0:0:1", false), ("1.2.3.4/32", "::ffff:1.2.3.4", true), ("::1", "::1", true),
        ("1.2.3.4/31", "1.2.3.5", true),
    ])
    func `a network contains its addresses`(network: String, address: String, contains: Bool) throws {
        #expect(try #require(IPNetwork(network)).contains(#require(IPAddress(address))) == contains)
    }

    @Test(arguments: [
        "", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/8/8", "10.0.0.0/-1", "10.0.0.0/+8", "example.org",
        "10.0.0.0/٨", "10.0.0.0/ 8",
    ])
    func `other texts are no network`(text: String) { #expect(IPNetwork(text) == nil) }

    @Test func `a network is written with its length`() {
        #expect(IPNetwork("10.1.2.3/8")?.description == "10.0.0.0/8")
        #expect(IPNetwork("2001:db8::1")?.description == "2001:db8::1/128")
    }
}

import Domain
import Testing

@Suite struct WebhookAddressTests {
    @Test(arguments: [
        ("https://example.org", "example.org"), ("https://example.org/hook?key=a/b", "example.org"),
        ("HTTP://Example.org:80/", "Example.org"), ("https://example.org:443", "example.org"),
        ("http://example.org:1024/a", "example.org"), ("http://example.org:65535?a", "example.org"),
        ("https://[2001:db8::1]:8080/x", "2001:db8::1"), ("https://[::ffff:127.0.0.1]", "::ffff:127.0.0.1"),
        ("http://2130706433/", "2130706433"), ("https://xn--mnchen-3ya.example/%20", "xn--mnchen-3ya.example"),
        ("http://a_b.example/:@", "a_b.example"),
    ])
    func `reads an address, and its host`(text: String, host: String) throws {
        let address = try WebhookAddress(text)
        #expect(address.host == host && address.description == text)
    }

    @Test(arguments: [
        ("", "must begin with"), ("example.org", "must begin with"), ("ftp://example.org", "must begin with"),
        ("file:///etc/passwd", "must begin with"), ("gopher://127.0.0.1", "must begin with"),
        ("https:/example.org", "must begin"),
        ("https://", "no host"), ("https:///path", "no host"), ("https://:8080/", "no host"), ("https://?a", "no host"),
        ("https://a b.org/", "percent-encoded"), ("https://exämple.org/", "percent-encoded"),
        ("https://a.org/\n", "percent-encoded"),
        ("https://a.org/\r\nX: y", "percent-encoded"), ("https://a.org\\@b.org/", "percent-encoded"),
        ("https://a%2eb/", "no host"), ("https://a!b/", "no host"), ("https://[::1/", "no host"),
        ("https://[]/", "no host"),
        ("https://[fe80::1%25eth0]/", "no host"), ("https://[::1]x/", "no host"), ("https://a.org/#top", "fragment"),
        ("https://user:word@a.org/", "user or a password"), ("https://user@a.org", "user or a password"),
        ("https://a.org:/", "from 1 to 65535"), ("https://a.org:65536/", "from 1 to 65535"),
        ("https://a.org:+80/", "from 1 to 65535"),
        ("https://a.org:1:2/", "from 1 to 65535"), ("https://a.org:0/", "80, 443"), ("https://a.org:22/", "80, 443"),
        ("https://a.org:25", "80, 443"), ("http://[::1]:6379x/", "from 1 to 65535"), ("https://a.org:1023/", "80, 443"),
    ])
    func `refuses others, and says why`(text: String, reason: String) {
        let refusal = #expect(throws: WebhookAddress.Refusal.self) { try WebhookAddress(text) }
        #expect(refusal?.reason.contains(reason) == true, "\(refusal?.reason ?? "")")
    }

    @Test func `has a bound`() throws {
        let start = "https://a.org/"
        let longest = start + String(repeating: "x", count: WebhookAddress.maximumLength - start.utf8.count)
        #expect(try WebhookAddress(longest).description == longest)
        #expect(throws: WebhookAddress.Refusal.self) { try WebhookAddress(longest + "x") }
    }
}

import HTTPTypes
import Testing

@Suite struct AuthorityTests {
    @Test(
        arguments: [
            ("Example.ORG:80", "example.org", 80), ("example.org", "example.org", nil), ("[::1]:80", "::1", 80),
            ("[::1]", "::1", nil), ("a:", "a", nil), ("10.0.0.1:65535", "10.0.0.1", 65_535),
            ("a_b-c.d", "a_b-c.d", nil),
        ] as [(String, String, Int?)])
    func `an authority is a host and a port`(text: String, host: String, port: Int?) throws {
        let authority = try #require(Authority(text))
        #expect(authority.host == host && authority.port == port)
    }

    @Test(arguments: [
        "", "\u{212A}", ":80", "a:b", "a:65536", "a:-1", "a:+1", "a b", "a/b", "user@a", "a\r", "[::1", "[::1]x", "[a]",
        "[1.2.3.4]",
        "::1", "a:1:2", "%61", "é", "<a>", "a,b", "a:１", "?", "#",
    ])
    func `other texts are no authority`(text: String) { #expect(Authority(text) == nil) }

    @Test(arguments: [
        ("localhost", true), ("LOCALHOST:5000", true), ("[::1]:5000", true), ("127.0.0.1", true),
        ("127.255.0.9", true), ("[::ffff:127.0.0.1]", true), ("128.0.0.1", false), ("127.0.0", false),
        ("127.0.0.256", false), ("127.0.0.1.example", false), ("a.localhost", false), ("localhost.example", false),
        ("0.0.0.0", false), ("notlocalhost", false),
    ])
    func `loopback addresses and localhost are the machine itself`(text: String, isLoopback: Bool) throws {
        #expect(try #require(Authority(text)).isLoopback == isLoopback)
    }

    @Test func `an authority has at most 300 bytes`() {
        #expect(Authority(String(repeating: "a", count: 300)) != nil)
        #expect(Authority(String(repeating: "a", count: 301)) == nil)
    }

    @Test(arguments: ["a", "a:1", "[::1]", "[::1]:2"])
    func `an authority is written as it was read`(text: String) { #expect(Authority(text)?.description == text) }

    @Test(
        arguments: [
            ("", ""), ("/", ""), ("/a", "/a"), ("/a/", "/a"), ("/a/b.c-d_e~f", "/a/b.c-d_e~f"), ("a", nil),
            ("//a", nil), ("/a//b", nil), ("/..", nil), ("/a/../b", nil), ("/a b", nil), ("/a?b", nil), ("/a\"", nil),
            ("/" + String(repeating: "a", count: 200), nil),
        ] as [(String, String?)])
    func `a path prefix has plain components`(text: String, prefix: String?) {
        #expect(PathPrefix.normalized(text) == prefix)
    }
}

@testable import Client
import Testing

@Suite struct ServerAddressTests {
    @Test(arguments: [
        ("http://localhost:5000", "http://localhost:5000"), ("localhost:5000/", "http://localhost:5000"),
        ("HTTPS://Example.ORG:443//", "https://example.org"), ("http://example.org:80", "http://example.org"),
        ("https://example.org:80", "https://example.org:80"), ("[::1]:5000", "http://[::1]:5000"),
        ("10.0.0.1", "http://10.0.0.1"),
    ])
    func `an address is normalized`(text: String, address: String) throws {
        #expect(try ServerAddress(text).description == address)
    }

    @Test(arguments: [
        "", "http://", "ftp://example.org", "http://me:secret@example.org", "http://example.org/path",
        "http://example.org?x",
        "http://example.org:0", "http://example.org:65536", "http://example.org:x", "http://exa mple.org", "[::1",
        "[::1]x",
        "http://example.org\\x", "http://example.org#x",
    ])
    func `text that is not the address of a server is refused`(text: String) {
        let error = #expect(throws: ClientError.self) { try ServerAddress(text) }
        #expect(error?.code == .usage && error?.message.contains("secret") == false)
    }
}

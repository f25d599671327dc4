import HTTPTypes
import Services
import Streams
import Testing

@testable import API

@Suite struct RequestCredentialsTests {
    private static func request(_ fields: HTTPFields, from address: String = "127.0.0.1") throws -> HTTPRequest {
        HTTPRequest(
            method: .get, target: try RequestTarget("/"), fields: fields, remoteAddress: address, id: "",
            contentLength: nil, body: .empty)
    }

    @Test(
        arguments: [
            (["Authorization": "Bearer abc"], .bearer("abc")), (["Authorization": "bearer a b"], .bearer("a b")),
            (["Authorization": "Bearer abc", "Cookie": "tintype_session=x"], .bearer("abc")),
            (["Cookie": "a=1; tintype_session=x.y.z; b=2"], .cookie("x.y.z")),
            (["Cookie": "tintype_session=a=b"], .cookie("a=b")),
            (["Cookie": "xtintype_session=x"], .none(actingAs: nil, isLocal: true)),
            (["Tintype-Account": "ada"], .none(actingAs: "ada", isLocal: true)),
            (["Host": "localhost:5000"], .none(actingAs: nil, isLocal: true)),
            (["Host": "[::1]:5000"], .none(actingAs: nil, isLocal: true)),
            (["Host": "App.LocalHost"], .none(actingAs: nil, isLocal: true)),
            (["Host": "127.0.0.1"], .none(actingAs: nil, isLocal: true)),
            (["Host": "127.0.0.1.evil.example"], .none(actingAs: nil, isLocal: false)),
            (["Host": "evil.example:5000"], .none(actingAs: nil, isLocal: false)),
            (["Host": "localhost:5000", "Forwarded": "for=1.2.3.4"], .none(actingAs: nil, isLocal: false)),
            (["Host": "localhost:5000", "X-Forwarded-For": "1.2.3.4"], .none(actingAs: nil, isLocal: false)),
        ] as [(HTTPFields, Authenticator.Credentials)])
    func `credentials are read from a request`(fields: HTTPFields, credentials: Authenticator.Credentials) throws {
        #expect(try RequestCredentials.read(try Self.request(fields)) == credentials)
    }

    @Test(arguments: ["", "Bearer", "Bearer ", "Basic YTpi", "abc", "Bearerabc x"])
    func `an Authorization other than a bearer token is refused`(text: String) throws {
        let request = try Self.request(["Authorization": text])
        let problem = try #require(throws: Problem.self) { try RequestCredentials.read(request) }
        #expect(problem.status == .unauthorized && problem.detail == "Authorization must be 'Bearer' and a token.")
    }

    @Test(
        arguments: [
            ("192.0.2.1", nil, "192.0.2.1"), ("192.0.2.1", "203.0.113.7", "192.0.2.1"),
            // The field is trusted only from a proxy on this machine, and only its last element.
            ("127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"), ("::1", "203.0.113.7", "203.0.113.7"),
            ("127.0.0.1", "", "127.0.0.1"), ("127.0.0.1", "1.2.3.4, ", "127.0.0.1"), ("127.0.0.1", nil, "127.0.0.1"),
        ] as [(String, String?, String)])
    func `a client is identified by its address`(peer: String, forwarded: String?, address: String) throws {
        var fields = HTTPFields()
        if let forwarded { fields["X-Forwarded-For"] = forwarded }
        #expect(ClientAddress.of(try Self.request(fields, from: peer)) == address)
    }

    @Test(arguments: [
        ("localhost", true), ("a.localhost", true), ("::1", true), ("127.0.0.1", true), ("127.255.0.9", true),
        ("128.0.0.1", false), ("127.0.0", false), ("127.0.0.256", false), ("127.0.0.1.example", false),
        ("localhost.example", false), ("", false), ("0.0.0.0", false), ("notlocalhost", false),
    ])
    func `names of this machine are recognised`(host: String, isOne: Bool) {
        #expect(LoopbackName.isOne(host) == isOne)
    }

    @Test(
        arguments: [
            ("Example.ORG:80", "example.org", "80"), ("example.org", "example.org", nil), ("[::1]:80", "::1", "80"),
            ("[::1]", "::1", nil), ("a:", "a", ""), ("", "", nil),
        ] as [(String, String, String?)])
    func `an authority is a host and a port`(text: String, host: String, port: String?) {
        let authority = Authority(text)
        #expect(authority.host == host && authority.port == port)
    }
}

import Streams
import HTTPTypes
import SystemIO
import Testing

@Suite struct TrustedProxiesTests {
    private static let proxies = TrustedProxies(["127.0.0.1", "10.0.0.0/8", "fd00::/8"].compactMap { IPNetwork($0) })

    private static func origin(_ fields: HTTPFields, from peer: String = "127.0.0.1") throws -> HTTPRequest {
        try proxies.original(
            of: HTTPRequest(
                method: .get, target: RequestTarget("/"), fields: fields,
                connection: HTTPRequest.Connection(address: peer), id: "", contentLength: 0, body: .empty))
    }

    @Test func `another peer is believed nothing`() throws {
        let fields: HTTPFields = [
            "Host": "a", "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "gopher", "X-Forwarded-Host": "evil",
            "X-Forwarded-Prefix": "/x", "Forwarded": "for=192.0.2.2;=",
        ]
        for peer in ["127.0.0.2", "11.0.0.1", "::1", "unknown"] {
            let request = try Self.origin(fields, from: peer)
            #expect(request.origin == HTTPRequest.Origin(client: peer))
            #expect(request.fields["Host"] == "a")
        }
        #expect(try TrustedProxies([]).original(of: Self.origin(fields, from: "9.9.9.9")).origin.client == "9.9.9.9")
    }

    @Test(
        arguments: [
            (["X-Forwarded-For": "203.0.113.7"], "203.0.113.7"),
            // What is left of the first address that no proxy has, the client may have written.
            (["X-Forwarded-For": "127.0.0.1, 198.51.100.1, 203.0.113.7, 10.1.2.3"], "203.0.113.7"),
            (["X-Forwarded-For": "10.0.0.9, 10.1.2.3"], "10.0.0.9"), (["X-Forwarded-For": "garbage"], "127.0.0.1"),
            (["X-Forwarded-For": "1.2.3.4, unknown, 10.0.0.1"], "10.0.0.1"), (["X-Forwarded-For": ""], "127.0.0.1"),
            (["X-Forwarded-For": "203.0.113.7:4711"], "203.0.113.7"),
            (["X-Forwarded-For": "[2001:DB8::1]"], "2001:db8::1"),
            (["X-Forwarded-For": "::ffff:203.0.113.7"], "203.0.113.7"), ([:], "127.0.0.1"),
            (["Forwarded": "for=203.0.113.7"], "203.0.113.7"),
            (["Forwarded": #"For="[2001:db8::1]:4711";proto=https, for=10.0.0.1"#], "2001:db8::1"),
            (["Forwarded": #"for=_hidden, for=10.0.0.1"#], "10.0.0.1"),
            (["Forwarded": "for=203.0.113.7", "X-Forwarded-For": "203.0.113.7"], "203.0.113.7"),
        ] as [(HTTPFields, String)])
    func `the client is the last address that is no proxy's`(fields: HTTPFields, client: String) throws {
        #expect(try Self.origin(fields).origin.client == client)
    }

    @Test func `scheme, host and prefix are those that the proxy names`() throws {
        let request = try Self.origin([
            "Host": "127.0.0.1:5000", "X-Forwarded-Proto": "HTTPS", "X-Forwarded-Host": "evil, images.example.org",
            "X-Forwarded-Prefix": "/pictures/", "X-Forwarded-For": "192.0.2.1",
        ])
        #expect(request.origin.scheme == "https" && request.origin.pathPrefix == "/pictures")
        #expect(request.fields["Host"] == "images.example.org")
        // Each proxy adds an element: that of the outermost one tells how the client came.
        let chained = try Self.origin([
            "Host": "x",
            "Forwarded": #"for=192.0.2.1;proto=https;host="a.example:444", for=10.0.0.2;proto=http;host=inner"#,
        ])
        #expect(chained.origin.scheme == "https" && chained.fields["Host"] == "a.example:444")
    }

    @Test(
        arguments: [
            ["X-Forwarded-Proto": "gopher"], ["X-Forwarded-Prefix": "pictures"], ["X-Forwarded-Prefix": "/a\"onload="],
            ["Forwarded": "for"], ["Forwarded": "for=192.0.2.1;for=192.0.2.2"], ["Forwarded": "=x"],
            ["Forwarded": "for=192.0.2.1", "X-Forwarded-For": "192.0.2.2"],
            ["Forwarded": "for=192.0.2.1", "X-Forwarded-For": "unknown"],
        ] as [HTTPFields])
    func `fields that cannot be right are refused`(fields: HTTPFields) throws {
        #expect(throws: HTTPRefusal.self) { try Self.origin(fields) }
    }

    @Test func `quotes protect commas and semicolons`() throws {
        let request = try Self.origin(["Forwarded": #"for="x,y;\"z", for=192.0.2.1;host="a.example""#])
        #expect(request.origin.client == "192.0.2.1" && request.fields["Host"] == "a.example")
    }

    @Test func `clients of IPv6 are counted by their network`() {
        #expect(HTTPRequest.Origin(client: "2001:db8:1:2:3::4").clientKey == "2001:db8:1:2::/64")
        #expect(HTTPRequest.Origin(client: "192.0.2.1").clientKey == "192.0.2.1")
        #expect(HTTPRequest.Origin(client: "unknown").clientKey == "unknown")
    }
}

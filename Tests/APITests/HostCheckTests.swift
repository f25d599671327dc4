import Composition
import Services
import HTTPTypes
import SystemIO
import TestApplication
import Testing

@testable import API

@Suite struct HostCheckTests {
    /// Answers with the address under which the client reaches the server.
    private struct Answering: HTTPHandler {
        func respond(to request: HTTPRequest) async -> HTTPResponse {
            HTTPResponse(.ok, fields: ["Base": request.publicBase])
        }
        func refuse(_ refusal: HTTPRefusal) -> HTTPResponse { HTTPResponse(.badRequest) }
    }

    private static func base(
        _ host: String, names: Set<String> = [], publicURL: String? = nil, _ fields: HTTPFields = [:],
        proxies: TrustedProxies = TrustedProxies([])
    ) async throws -> String {
        var fields = fields
        fields["Host"] = host
        let answer = try await HostCheck(Answering(), names: names, publicURL: publicURL.flatMap { PublicURL($0) })
            .send(.get, "/", fields, proxies: proxies)
        return answer.fields["Base"] ?? "\(answer.status)"
    }

    @Test(arguments: ["localhost", "LOCALHOST:5000", "127.0.0.1:5000", "192.0.2.7", "[2001:db8::1]:80", "a.example"])
    func `addresses, localhost and allowed names are answered`(host: String) async throws {
        #expect(try await Self.base(host, names: ["a.example"]) == "http://\(host.lowercased())")
    }

    @Test(arguments: ["evil.example", "a.example.", "localhost.evil.example", "a.localhost", "127.0.0.1.evil.example"])
    func `other names are misdirected`(host: String) async throws {
        #expect(try await Self.base(host, names: ["a.example"]) == "421")
        #expect(try await Self.base(host, publicURL: "https://b.example") == "421")
    }

    @Test(arguments: ["", "a b", "localhost:x", "[::1"])
    func `a host that cannot be read is refused`(host: String) async throws {
        #expect(try await Self.base(host) == "400")
    }

    @Test func `the public URL says where clients reach the server`() async throws {
        let stated = "https://images.example.org:8443/pictures"
        #expect(try await Self.base("localhost", publicURL: stated) == stated)
        #expect(try await Self.base("images.example.org", publicURL: stated + "/") == stated)
        let proxies = TrustedProxies(["127.0.0.1"].compactMap { IPNetwork($0) })
        let forwarded: HTTPFields = [
            "X-Forwarded-Host": "a.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/p",
        ]
        #expect(
            try await Self.base("127.0.0.1:5000", names: ["a.example"], forwarded, proxies: proxies)
                == "https://a.example/p")
        #expect(try await Self.base("127.0.0.1:5000", forwarded, proxies: proxies) == "421")
        #expect(try await Self.base("127.0.0.1:5000", publicURL: stated, forwarded, proxies: proxies) == "421")
    }

    @Test(arguments: [
        "", "images.example.org", "https://", "https:///x", "ftp://a", "https://a b", "https://a/b?c", "https://u@a",
    ])
    func `other texts are no public URL`(text: String) { #expect(PublicURL(text) == nil) }

    @Test func `every link and cookie is below the prefix of the proxy`() async throws {
        let proxies = TrustedProxies(["127.0.0.1"].compactMap { IPNetwork($0) })
        try await TestApplication.runWithAccounts(settings: {
            $0.listener.proxies = proxies
            $0.registration = .open
        }) { application in
            try await application.addKeeper()
            let token = try await application.token(of: "ada")
            let forwarded: HTTPFields = ["X-Forwarded-Prefix": "/pictures", "X-Forwarded-Proto": "https"]
            func send(_ method: HTTPMethod, _ target: String, _ body: [UInt8]? = nil, type: String = "application/json")
                async throws -> TestResponse
            {
                var fields = forwarded
                fields["Content-Type"] = type
                return try await application.send(method, target, fields, token: token, body: body.map { [$0] } ?? [])
            }
            let made = try await send(.post, "/upload/", TestPicture.png(), type: "image/png")
            let id = made["id"].string ?? ""
            #expect(made.fields["Location"] == "/pictures/v1/images/\(id)")
            _ = try await send(.post, "/upload/", TestPicture.png(seed: 2), type: "image/png")
            for target in ["/v1/images/\(id)", "/v1/images?limit=1", "/v1/images/\(id)/metadata", "/api/ada/files"] {
                let text = String(decoding: try await send(.get, target).body, as: UTF8.self)
                #expect(text.contains("\"/pictures/v1/images/") && !text.contains("\"/v1/"), "\(target)")
            }
            let page = try await send(.get, "/v1/images?limit=1")
            #expect(page.fields["Link"]?.hasPrefix("</pictures/v1/images?limit=1&cursor=") == true)
            let job = try await send(.post, "/v1/operations/thumbnails/generate")
            #expect(job.fields["Location"]?.hasPrefix("/pictures/v1/jobs/") == true)
            let archive = try await send(.post, "/v1/archives", Array(#"{"ids":["\#(id)"]}"#.utf8))
            #expect(archive.fields["Location"]?.hasPrefix("/pictures/v1/archives/") == true)
            let information = try await send(.get, "/iiif/3/\(id)/info.json")
            #expect(information["id"].string == "https://localhost:5000/pictures/iiif/3/\(id)")
            _ = try await send(.post, "/v1/accounts", Array(#"{"handle":"bob","password":"a passphrase"}"#.utf8))
            let session = try await send(
                .post, "/v1/sessions", Array(#"{"handle":"bob","password":"a passphrase"}"#.utf8))
            let cookies = session.fields.filter { $0.name == "Set-Cookie" }.map(\.value)
            #expect(cookies.count == 3)
            #expect(cookies.first?.contains("; Path=/pictures/; ") == true)
            #expect(cookies.dropFirst().first?.contains("; Path=/pictures/v1/sessions; ") == true)
            #expect(cookies.allSatisfy { $0.hasSuffix("; Secure") })
        }
    }
}

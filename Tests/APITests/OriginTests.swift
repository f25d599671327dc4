import HTTPTypes
import TestApplication
import Testing

@testable import API

/// Answers with the methods that are allowed, as the router does.
private struct Answering: HTTPHandler {
    func respond(to request: HTTPRequest) async -> HTTPResponse { HTTPResponse(.ok, fields: ["Allow": "GET, POST"]) }
    func refuse(_ refusal: HTTPRefusal) -> HTTPResponse { HTTPResponse(.badRequest) }
}

@Suite struct SameOriginTests {
    private static func status(
        _ method: HTTPMethod, _ fields: HTTPFields, origins: Set<String> = []
    ) async throws -> Int {
        try await SameOrigin(Answering(), origins: origins).send(method, "/x", fields).status
    }

    @Test(
        arguments: [
            ["Origin": "https://evil.example"], ["Origin": "null"], ["Origin": "garbage"],
            ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"], ["Origin": "http://localhost:5001"],
            ["Origin": "http://localhost"], ["Origin": "http://localhost:5000.evil.example"],
            ["Origin": "http://localhost:5000", "Sec-Fetch-Site": "cross-site"],
        ] as [HTTPFields])
    func `a page of another site cannot change anything`(fields: HTTPFields) async throws {
        for method in [HTTPMethod.post, .put, .patch, .delete] { #expect(try await Self.status(method, fields) == 403) }
        for method in [HTTPMethod.get, .head, .options] { #expect(try await Self.status(method, fields) == 200) }
        // Browsers do not send tokens by themselves.
        var fields = fields
        fields["Authorization"] = "Bearer x"
        #expect(try await Self.status(.post, fields) == 200)
    }

    @Test(
        arguments: [
            [:], ["Origin": "http://localhost:5000"], ["Origin": "HTTP://LocalHost:5000"],
            ["Sec-Fetch-Site": "same-origin"], ["Sec-Fetch-Site": "none"],
            ["Origin": "https://a.example", "Sec-Fetch-Site": "same-origin"],
        ] as [HTTPFields])
    func `the server's own pages and clients that are not browsers are allowed`(fields: HTTPFields) async throws {
        #expect(try await Self.status(.post, fields) == 200)
    }

    @Test func `a configured origin is allowed, and with * any origin without cookies`() async throws {
        let friend: HTTPFields = ["Origin": "https://a.example", "Sec-Fetch-Site": "cross-site"]
        #expect(try await Self.status(.post, friend, origins: ["https://a.example"]) == 200)
        #expect(try await Self.status(.post, friend, origins: ["https://b.example"]) == 403)
        #expect(try await Self.status(.post, friend, origins: ["*"]) == 200)
        var withCookie = friend
        withCookie["Cookie"] = "tintype_session=x"
        #expect(try await Self.status(.post, withCookie, origins: ["*"]) == 403)
        #expect(try await Self.status(.post, withCookie, origins: ["https://a.example"]) == 200)
    }

    @Test func `the refusal says what to do`() async throws {
        let answer = try await SameOrigin(Answering(), origins: []).send(.post, "/x", ["Origin": "null"])
        #expect(
            answer.problem
                == "403 foreign-origin: A page of another site may not change anything here: send a token, or have its origin allowed (--cors-origins)."
        )
    }
}

@Suite struct CrossOriginTests {
    private static let page: HTTPFields = ["Origin": "https://a.example"]

    private static func fields(
        _ path: String, _ fields: HTTPFields, origins: Set<String>, _ method: HTTPMethod = .get
    ) async throws -> HTTPFields {
        try await CrossOrigin(Answering(), origins: origins).send(method, path, fields).fields
    }

    @Test func `an allowed origin may read the answers`() async throws {
        for (origins, allowed) in [
            ([], nil), (["https://b.example"], nil), (["https://a.example"], "https://a.example"), (["*"], "*"),
            (["*", "https://a.example"], "*"),
        ] as [(Set<String>, String?)] {
            let fields = try await Self.fields("/v1/images", Self.page, origins: origins)
            #expect(fields["Access-Control-Allow-Origin"] == allowed)
            #expect((fields["Access-Control-Expose-Headers"] != nil) == (allowed != nil))
            // The answer depends on the origin, even if it is a refusal.
            #expect(fields.has("Origin", in: "Vary") == !origins.isEmpty)
        }
        let plain = try await Self.fields("/v1/images", [:], origins: ["*"])
        #expect(plain["Access-Control-Allow-Origin"] == nil && plain["Vary"] == nil)
    }

    @Test func `pages of any origin may use IIIF`() async throws {
        let fields = try await Self.fields("/iiif/3/x/info.json", [:], origins: [])
        #expect(fields["Access-Control-Allow-Origin"] == "*" && fields["Vary"] == nil)
        #expect(try await Self.fields("/iiifx", Self.page, origins: [])["Access-Control-Allow-Origin"] == nil)
    }

    @Test func `a preflight request gets methods and fields`() async throws {
        var asking = Self.page
        let origins: Set<String> = ["https://a.example"]
        let plain = try await Self.fields("/x", asking, origins: origins, .options)
        #expect(plain["Access-Control-Allow-Methods"] == nil)
        asking["Access-Control-Request-Method"] = "POST"
        let preflight = try await Self.fields("/x", asking, origins: origins, .options)
        #expect(preflight["Access-Control-Allow-Methods"] == "GET, POST")
        #expect(preflight["Access-Control-Max-Age"] == "600")
        #expect(
            preflight["Access-Control-Allow-Headers"] == """
                Authorization, Content-Digest, Content-Disposition, Content-Type, If-Match, If-Modified-Since, \
                If-None-Match, If-Range, If-Unmodified-Since, Last-Event-ID, Prefer, Range, Repr-Digest, \
                Tintype-Account, traceparent, tracestate, X-Requested-With
                """)
        #expect(
            preflight["Access-Control-Expose-Headers"] == """
                Accept-Ranges, Allow, Content-Disposition, Content-Range, ETag, Link, Location, Preference-Applied, \
                Repr-Digest, Retry-After, WWW-Authenticate, X-Request-Id
                """)
        // Pages act with tokens: cookies would not be sent, or could not be told from those of a person.
        #expect(preflight["Access-Control-Allow-Credentials"] == nil)
        #expect(try await Self.fields("/x", asking, origins: origins, .get)["Access-Control-Max-Age"] == nil)
    }
}

import Composition
import HTTPTypes
import Streams
import TestApplication
import Testing

@testable import API

@Suite struct LocalAccessTests {
    private static let local = LocalAccess(users: [0, 1000])

    private static func objection(
        _ fields: HTTPFields = ["Host": "localhost:5000"], user: UInt32? = 1000, isHTTP11: Bool = true,
        local: LocalAccess = local
    ) throws -> String? {
        local.objection(
            to: HTTPRequest(
                method: .get, target: try RequestTarget("/"), fields: fields, isHTTP11: isHTTP11,
                connection: HTTPRequest.Connection(address: "127.0.0.1") { user }, id: "", contentLength: 0,
                body: .empty))
    }

    @Test(arguments: ["localhost:5000", "127.0.0.1:5000", "[::1]:5000", "LocalHost"])
    func `a direct request of the server's user is local`(host: String) throws {
        #expect(try Self.objection(["Host": host]) == nil)
        #expect(try Self.objection(["Host": host], user: 0) == nil)
    }

    @Test func `a proxy, another user and another machine are not`() throws {
        for field in ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Via"] {
            #expect(
                try Self.objection(["Host": "localhost", field: "x"])
                    == "came through a proxy (it has the field \(field))")
        }
        #expect(try Self.objection(user: 33) == "belongs to another user of this machine than the server")
        #expect(try Self.objection(user: nil) == "did not come from this machine")
        #expect(try Self.objection(isHTTP11: false) == "was not sent as HTTP/1.1")
        for host in ["192.0.2.1:5000", "images.example.org", "a.localhost", "127.0.0.1.example.org"] {
            #expect(try Self.objection(["Host": host]) == "was not sent to localhost or 127.0.0.1")
        }
        #expect(try Self.objection([:]) == "was not sent to localhost or 127.0.0.1")
        #expect(try Self.objection(local: LocalAccess(users: nil)) == "came to a server that is behind a proxy")
    }

    @Test func `whoever comes by a Unix socket is not local`() async throws {
        try await TestApplication.run { application in
            let refused = try await application.send(
                .get, "/v1/tokens", from: HTTPRequest.Connection.unixAddress, user: 0)
            #expect(refused.status == 401 && refused.problem.contains("came by a Unix socket"))
        }
    }

    @Test func `until there is an account, only local requests may do without`() async throws {
        try await TestApplication.run { application in
            #expect(try await application.get("/v1/tokens").status == 200)
            let refused = try await application.send(.get, "/v1/tokens", user: 12345)
            #expect(
                refused.problem.hasPrefix(
                    "401 unauthorized: This needs an account. The server has none yet, and only direct requests of the user who runs it may do without; this request belongs to another user"
                ))
            #expect(refused.problem.contains("tintype accounts add HANDLE"))
            #expect(try await application.send(.get, "/v1/images", user: nil).status == 200)
        }
        try await TestApplication.run { application in
            try await application.addKeeper()
            let after = try await application.get("/v1/tokens")
            #expect(
                after.problem == "401 unauthorized: This needs an account: log in (POST /v1/sessions), or send a token."
            )
        }
    }

    @Test func `behind a proxy no request may`() async throws {
        try await TestApplication.run(settings: { $0.localUsers = [] }) { application in
            let refused = try await application.get("/v1/tokens")
            #expect(refused.problem.contains("this request came to a server that is behind a proxy"))
        }
    }
}

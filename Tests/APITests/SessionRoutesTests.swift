import Composition
import Domain
import HTTPTypes
import Services
import TestApplication
import SystemIO
import Testing

@Suite struct SessionRoutesTests {
    private static let login = #"{"handle":"ada","password":"a passphrase"}"#
    private static let isOver = "401 unauthorized: The session has ended: log in again."

    /// Runs a body with an application in which `ada` has a password, and with the answer to a login.
    private static func run(
        isBehindTLS: Bool = false,
        _ body: @escaping @Sendable (TestApplication, TestResponse) async throws -> Void
    ) async throws {
        try await TestApplication.runWithAccounts(settings: { settings in
            settings.registration = .open
            if isBehindTLS { settings.listener.proxies = TrustedProxies(["127.0.0.1"].compactMap { IPNetwork($0) }) }
        }) { application in
            try await application.addKeeper()
            #expect(try await application.send(.post, "/v1/accounts", json: login).status == 201)
            let fields: HTTPFields = ["X-Forwarded-Proto": "https"]
            try await body(application, try await application.send(.post, "/v1/sessions", json: login, fields))
        }
    }

    @Test func `a session begins, is refreshed, and ends`() async throws {
        try await Self.run { application, begun in
            #expect(begun.status == 201 && begun.fields["Cache-Control"] == "no-store")
            #expect(begun.json.names == ["token", "refresh_token", "token_type", "expires_at", "account"])
            #expect(begun["token_type"] == "Bearer" && begun["account", "handle"] == "ada")
            let expires = try #require(Timestamp(begun["expires_at"].string ?? ""))
            #expect(abs(expires.seconds - Timestamp.now.seconds - 900) < 60)
            let token = try #require(begun["token"].string)
            let current = try await application.get("/v1/sessions/current", token: token)
            #expect(current.status == 200)
            #expect(current["account", "handle"] == "ada" && current["proof"] == "session")
            #expect(current["scopes"] == ["admin", "read", "upload", "write"] && current["registration"] == "open")

            let refresh = try #require(begun["refresh_token"].string)
            let body = #"{"refresh_token":"\#(refresh)"}"#
            let refreshed = try await application.send(.post, "/v1/sessions/refresh", json: body)
            #expect(refreshed.status == 200)
            let newToken = try #require(refreshed["token"].string)
            #expect(refreshed["refresh_token"] != begun["refresh_token"])
            let ended = try await application.send(.delete, "/v1/sessions/current", token: newToken)
            #expect(ended.status == 204 && ended.body.isEmpty)
            #expect(try await application.get("/v1/sessions/current", token: newToken).status == 401)
            let next = #"{"refresh_token":"\#(refreshed["refresh_token"].string ?? "")"}"#
            #expect(try await application.send(.post, "/v1/sessions/refresh", json: next).problem == Self.isOver)
        }
    }

    @Test func `a refresh token can be used again only by a client that missed the answer`() async throws {
        try await Self.run { application, begun in
            func refresh(_ answer: TestResponse) async throws -> TestResponse {
                let body = #"{"refresh_token":"\#(answer["refresh_token"].string ?? "")"}"#
                return try await application.send(.post, "/v1/sessions/refresh", json: body)
            }
            let lost = try await refresh(begun)
            let again = try await refresh(begun)
            #expect(lost.status == 200 && again.status == 200)
            #expect(lost["refresh_token"] == again["refresh_token"])
            // Once the successor is used, its predecessor ends the session.
            let next = try await refresh(again)
            #expect(next.status == 200)
            #expect(try await refresh(begun).problem == Self.isOver)
            #expect(try await refresh(next).problem == Self.isOver)
        }
    }

    @Test func `sessions are listed and ended`() async throws {
        try await Self.run { application, begun in
            let first = begun["token"].string ?? ""
            let other = try await application.send(.post, "/v1/sessions", json: Self.login, ["User-Agent": "a browser"])
            let second = other["token"].string ?? ""
            let listed = try await application.get("/v1/sessions", token: first)
            #expect(listed["sessions"].count == 2)
            let entries = listed["sessions"].elements
            #expect(entries.map { $0["current"] } == [false, true])
            #expect(entries.first?["user_agent"] == "a browser" && entries.first?["address"] == "127.0.0.1")
            let id = entries.first?["id"].string ?? ""
            #expect(try await application.send(.delete, "/v1/sessions/\(id)", token: first).status == 204)
            #expect(try await application.get("/v1/sessions", token: second).status == 401)
            #expect(
                try await application.send(.delete, "/v1/sessions/\(id)", token: first).problem
                    == "404 not-found: There is no such session.")
            #expect(
                try await application.send(.delete, "/v1/sessions/x", token: first).problem
                    == "400 malformed-id: 'x' is not the id of a session: ids are UUIDs, as lists have them.")
            #expect(try await application.send(.delete, "/v1/sessions", token: first).status == 204)
            #expect(try await application.get("/v1/sessions", token: first).status == 401)
        }
    }

    @Test func `a browser keeps its session in cookies`() async throws {
        try await Self.run(isBehindTLS: true) { application, begun in
            let cookies = begun.fields.filter { $0.name == "Set-Cookie" }.map(\.value)
            #expect(cookies.count == 3 && cookies[2].hasPrefix("tintype_device="))
            let token = begun["token"].string ?? "", refresh = begun["refresh_token"].string ?? ""
            #expect(cookies[0].hasPrefix("tintype_session=\(token); Path=/; Max-Age="))
            #expect(cookies[1].hasPrefix("tintype_refresh=\(refresh); Path=/v1/sessions; Max-Age="))
            #expect(cookies.allSatisfy { $0.hasSuffix("; HttpOnly; SameSite=Lax; Secure") })
            let fields: HTTPFields = ["Cookie": "other=1; tintype_session=\(token); tintype_refresh=\(refresh)"]
            let current = try await application.get("/v1/sessions/current", fields)
            #expect(current["account", "handle"] == "ada")
            let refreshed = try await application.send(.post, "/v1/sessions/refresh", fields)
            #expect(refreshed.status == 200 && refreshed.fields.count(of: "Set-Cookie") == 2)
            let ended = try await application.send(.delete, "/v1/sessions/current", fields)
            #expect(ended.status == 204)
            #expect(
                ended.fields.filter { $0.name == "Set-Cookie" }.map(\.value) == [
                    "tintype_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
                    "tintype_refresh=; Path=/v1/sessions; Max-Age=0; HttpOnly; SameSite=Lax",
                ])
            // A stale cookie counts as none: browsers send it automatically.
            let stranger = try await application.get("/v1/sessions/current", fields)
            #expect(stranger.status == 200 && stranger["account"] == .null && stranger["proof"] == "none")
        }
    }

    @Test func `all wrong passwords get the same answer, and are slowed down`() async throws {
        try await Self.run { application, _ in
            let wrong = "401 wrong-password: The handle or the password is wrong."
            for handle in ["ada", "nobody", "no handle"] {
                let body = #"{"handle":"\#(handle)","password":"a wrong guess"}"#
                #expect(try await application.send(.post, "/v1/sessions", json: body).problem == wrong)
            }
            // Longer than any password can be, and therefore refused without hashing, but counted.
            let guess = #"{"handle":"ADA","password":"\#(String(repeating: "x", count: 1025))"}"#
            for _ in 0..<3 { #expect(try await application.send(.post, "/v1/sessions", json: guess).problem == wrong) }
            // A busy machine may need longer than the limit lasts: then it is reached again.
            for attempt in 1...100 {
                let guessed = try await application.send(.post, "/v1/sessions", json: guess)
                let slowed = try await application.send(.post, "/v1/sessions", json: Self.login)
                // Who is no proxy is not believed.
                let elsewhere = try await application.send(
                    .post, "/v1/sessions", json: Self.login, ["X-Forwarded-For": "198.51.100.1, 203.0.113.7"])
                let answers = [guessed, slowed, elsewhere]
                guard answers.allSatisfy({ $0.status == 429 }) || attempt == 100 else { continue }
                for answer in answers {
                    let seconds = try #require(Int(answer.fields["Retry-After"] ?? ""))
                    #expect((1...30).contains(seconds))
                    #expect(
                        answer.problem
                            == "429 too-many-requests: There were too many wrong passwords: wait \(seconds) seconds.")
                }
                break
            }
        }
    }

    @Test func `strangers and tokens can query their own identity`() async throws {
        try await TestApplication.runWithAccounts { application in
            let stranger = try await application.get("/v1/sessions/current")
            #expect(
                stranger.json == [
                    "account": .null, "scopes": ["read"], "proof": "none", "registration": "invite",
                    "needs_setup": true,
                ])
            let token = try await application.token(of: "ada", scopes: [.read, .write])
            let current = try await application.get("/v1/sessions/current", token: token)
            #expect(current["proof"] == "token" && current["scopes"] == ["read", "write"])
            let admin = try await application.token(of: "ada")
            for (method, path, token, problem) in [
                (
                    .delete, "current", nil,
                    "401 unauthorized: This needs an account: log in (POST /v1/sessions), or send a token."
                ),
                (
                    .delete, "current", token,
                    "403 insufficient-scope: The token lacks the scope 'admin', which this needs: use another one."
                ),
                (
                    .delete, "current", admin,
                    "400 bad-request: There is no session to end: the request came without one."
                ),
                (
                    .post, "refresh", nil,
                    "400 bad-request: Send {\"refresh_token\": …}, as the login has answered it."
                ),
                (
                    .put, "current", nil,
                    "405 method-not-allowed: PUT is not possible here; these methods are: DELETE, GET, HEAD, OPTIONS."
                ),
            ] as [(HTTPMethod, String, String?, String)] {
                let answer = try await application.send(method, "/v1/sessions/\(path)", token: token)
                #expect(answer.problem == problem)
            }
        }
    }

    @Test func `a malformed body is refused`() async throws {
        try await TestApplication.runWithAccounts { (application) async throws in
            for (path, body, problem) in [
                (
                    "/v1/sessions", "",
                    "400 malformed-json: The body is not valid JSON: it ends too early, after 0 bytes."
                ),
                ("/v1/sessions", #"{"handle":"ada"}"#, "400 missing-member: The body lacks the member 'password'."),
                ("/v1/sessions/refresh", "{}", "400 missing-member: The body lacks the member 'refresh_token'."),
                ("/v1/sessions/refresh", #"{"refresh_token":"ttr_x"}"#, Self.isOver),
                ("/v1/sessions/refresh", #"{"refresh_token":"x"}"#, Self.isOver),
            ] {
                #expect(try await application.send(.post, path, json: body).problem == problem)
                let long = try await application.send(.post, path, json: String(repeating: " ", count: 16 * 1024 + 1))
                #expect(long.problem == "413 content-too-large: The body may have at most 16384 bytes.")
            }
        }
    }
}

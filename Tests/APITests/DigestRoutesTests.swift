import Domain
import HTTPTypes
import TestApplication
import Testing

@Suite struct DigestRoutesTests {
    private static let path = "/v1/images/digests"

    @Test func `an account can query which digests it has already`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let bob = try await application.token(of: "bob")
            let made = try await application.upload(TestPicture.png(), "?visibility=public", token: ada)
            let digest = try #require(made["digest"].string)
            let zeros = String(repeating: "0", count: 64)
            let body = #"{"digests":["\#(digest)","\#(zeros)","\#(digest)"]}"#
            let own = try await application.send(.post, Self.path, json: body, token: ada)
            #expect(own.status == 200 && own.json == ["known": .object([digest: made["id"]])])
            let reader = try await application.token(of: "ada", scopes: [.read])
            #expect(try await application.send(.post, Self.path, json: body, token: reader).json == own.json)
            // Content that only other accounts have must still be sent.
            #expect(try await application.send(.post, Self.path, json: body, token: bob).json == ["known": [:]])
            #expect(
                try await application.send(.post, Self.path, json: body).problem
                    == "401 unauthorized: This needs an account: log in (POST /v1/sessions), or send a token.")
        }
    }

    @Test func `a malformed body is refused with a reason`() async throws {
        try await TestApplication.run { application in
            let digest = #""\#(String(repeating: "0", count: 64))""#
            func list(_ count: Int) -> String {
                #"{"digests":[\#(Array(repeating: digest, count: count).joined(separator: ","))]}"#
            }
            for (body, problem) in [
                ("{}", "400 missing-member: The body lacks the member 'digests'."),
                ("[]", "400 wrong-json-type: The body must be an object."),
                (
                    #"{"digests":["x"]}"#,
                    "400 invalid-member: The member 'digests.0' is not accepted: 64 hexadecimal digits expected."
                ),
                (#"{"digests":[5]}"#, "400 wrong-json-type: The member 'digests.0' must be a text."),
                (
                    #"{"digests":[],"sizes":[]}"#,
                    "400 unknown-member: There is no member 'sizes' here; there are: digests."
                ),
                (list(1001), "400 invalid-member: One request may ask for at most 1000 digests: ask in parts."),
                (list(4000), "413 content-too-large: The body may have at most 262144 bytes."),
            ] {
                let answer = try await application.send(.post, Self.path, json: body)
                #expect(answer.problem.hasPrefix(problem))
            }
            #expect(try await application.send(.post, Self.path, json: list(1000)).json == ["known": [:]])
            #expect(
                try await application.send(.post, "\(Self.path)?all=true", json: list(1)).problem
                    == "400 bad-request: This route takes no parameters, so not 'all' either.")
        }
    }
}

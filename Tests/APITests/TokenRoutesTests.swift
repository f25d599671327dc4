import Domain
import HTTPTypes
import TestApplication
import Testing

@Suite struct TokenRoutesTests {
    @Test func `a token is issued, listed, used and revoked`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let body = #"{"name":" phone ","scopes":["write","read"],"expires_at":"2999-01-01T00:00:00Z"}"#
            let issued = try await application.send(.post, "/v1/tokens", json: body, token: ada)
            #expect(issued.status == 201 && issued.fields["Cache-Control"] == "no-store")
            let text = try #require(issued["token"].string)
            #expect(text.hasPrefix("tt_"))
            #expect(issued["name"] == "phone" && issued["scopes"] == ["read", "write"])
            #expect(Timestamp(issued["expires_at"].string ?? "") == Timestamp("2999-01-01T00:00:00Z"))
            #expect(issued["date_used"] == .null)

            #expect(try await application.upload(TestPicture.png(), token: text).status == 201)
            let listed = try await application.get("/v1/tokens", token: ada)
            #expect(listed.status == 200 && listed["tokens"].count == 2)
            let entry = try #require(listed["tokens"].elements.first { $0["name"] == "phone" })
            #expect(entry["date_used"] != .null)
            #expect(entry["token"] == .null, "the text is shown once")

            let id = try #require(issued["id"].string)
            let revoked = try await application.send(.delete, "/v1/tokens/\(id)", token: ada)
            #expect(revoked.status == 204 && revoked.body.isEmpty)
            #expect(
                try await application.get("/v1/images", token: text).problem
                    == "401 unauthorized: The token is not valid, or not any more: log in again, or use another one.")
            #expect(
                try await application.send(.delete, "/v1/tokens/\(id)", token: ada).problem
                    == "404 not-found: There is no such token.")
        }
    }

    @Test func `a token without given scopes may read, and revoke only itself`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let bob = try await application.token(of: "bob")
            let one = try await application.send(.post, "/v1/tokens", json: #"{"name":"one"}"#, token: ada)
            let other = try await application.send(.post, "/v1/tokens", json: #"{"name":"other"}"#, token: ada)
            #expect(one["scopes"] == ["read"] && one["expires_at"] == .null)
            let text = try #require(one["token"].string)
            let path = "/v1/tokens/\(one["id"].string ?? "")"
            #expect(
                try await application.upload(TestPicture.png(), token: text).problem
                    == "403 insufficient-scope: The token lacks the scope 'write', which this needs: use another one.")
            #expect(
                try await application.send(.delete, "/v1/tokens/\(other["id"].string ?? "")", token: text).problem
                    == "403 forbidden: The token lacks the scope 'admin', which revoking another one needs.")
            #expect(
                try await application.send(.delete, path, token: bob).problem
                    == "404 not-found: There is no such token.")
            #expect(
                try await application.send(.delete, path).problem
                    == "401 unauthorized: This needs an account: log in (POST /v1/sessions), or send a token.")
            #expect(try await application.send(.delete, path, token: text).status == 204)
            #expect(
                try await application.send(.delete, "/v1/tokens/x", token: bob).problem
                    == "400 malformed-id: 'x' is not the id of a token: ids are UUIDs, as lists have them.")
        }
    }

    @Test func `an invalid token request is refused with a reason`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            for (body, problem) in [
                ("{}", "400 missing-member: The body lacks the member 'name'."),
                (
                    #"{"name":" "}"#,
                    "400 bad-request: A token needs a name of 1 to 100 characters, for you to know it by."
                ),
                (
                    #"{"name":"\#(String(repeating: "n", count: 101))"}"#,
                    "400 bad-request: A token needs a name of 1 to 100 characters, for you to know it by."
                ),
                (#"{"name":"x","scopes":[]}"#, "400 bad-request: A token needs at least one scope."),
                (
                    #"{"name":"x","expires_at":"2001-01-01T00:00:00Z"}"#,
                    "400 bad-request: The token would have expired already."
                ),
            ] {
                #expect(try await application.send(.post, "/v1/tokens", json: body, token: ada).problem == problem)
            }
            let unknown = try await application.send(
                .post, "/v1/tokens", json: #"{"name":"x","scopes":["fly"]}"#, token: ada)
            #expect(
                unknown.problem.hasPrefix(
                    "400 invalid-member: The member 'scopes.0' is not accepted: one of read, "))
            // A token that manages itself, but does not have the scope write, cannot issue a token with that scope.
            let narrow = try await application.token(of: "ada", scopes: [.read, .admin])
            let wider = try await application.send(
                .post, "/v1/tokens", json: #"{"name":"x","scopes":["write"]}"#, token: narrow)
            #expect(wider.problem == "403 forbidden: A token can have no scope that you do not have yourself.")
            let reader = try await application.token(of: "ada", scopes: [.read])
            #expect(
                try await application.get("/v1/tokens", token: reader).problem
                    == "403 insufficient-scope: The token lacks the scope 'admin', which this needs: use another one.")
        }
    }
}

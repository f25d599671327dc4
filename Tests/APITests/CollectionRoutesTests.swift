import Domain
import HTTPTypes
import TestApplication
import Testing

@Suite struct CollectionRoutesTests {
    @Test func `a collection shows everything to its owner, and public images to others`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let admin = try await application.token(of: "boss", role: .admin)
            let hidden = try await application.upload(TestPicture.png(width: 10, seed: 1), "?title=b", token: ada)
            let shown = try await application.upload(
                TestPicture.png(seed: 2), "?title=a&visibility=public&public_original=true", token: ada)
            let path = "/api/ada/files"
            for token in [ada, admin] {
                let all = try await application.get(path, token: token)
                #expect(all.status == 200 && all["ids"] == [shown["id"], hidden["id"]])
            }
            let seen = try await application.get("/api/Ada/files")
            #expect(seen["ids"] == [shown["id"]] && seen["next"] == .null)
            let expected: JSONValue = [
                "id": shown["id"], "title": "a", "width": 64, "height": 48, "format": "png", "visibility": "public",
                "bytes": shown["bytes"], "date": shown["date_added"], "date_taken": .null,
                "date_added": shown["date_added"], "links": shown["links"],
            ]
            #expect(seen["files"] == [expected])

            #expect(try await application.get("\(path)?sort=bytes", token: ada)["ids"] == [hidden["id"], shown["id"]])
            let first = try await application.get("\(path)?sort=title&limit=1", token: ada)
            #expect(first["ids"] == [shown["id"]])
            let cursor = try #require(first["next"].string)
            #expect(first.fields["Link"] == "<\(path)?sort=title&limit=1&cursor=\(cursor)>; rel=\"next\"")
            let second = try await application.get("\(path)?sort=title&limit=1&cursor=\(cursor)", token: ada)
            #expect(second["ids"] == [hidden["id"]] && second["next"] == .null)
        }
    }

    @Test func `an unknown handle or an invalid parameter is refused`() async throws {
        try await TestApplication.runWithAccounts { application in
            let reader = try await application.token(of: "ada", scopes: [.write])
            for (target, problem) in [
                ("nobody/files", "404 not-found: There is no account 'nobody'."),
                ("no%20handle/files", "404 not-found: There is no account 'no handle'."),
                ("ada/files?q=x", "400 bad-request: There is no parameter 'q' here; there are: cursor, limit, sort."),
                (
                    "ada/files?limit=0",
                    "400 bad-request: The parameter 'limit' must be a whole number from 1 to 1000, not '0'."
                ),
                ("ada/files?sort=size", "400 bad-request: The parameter 'sort' must be one of -added, added, "),
                ("ada/files?cursor=x", "400 bad-request: The parameter 'cursor' must be the 'next' of an earlier page"),
            ] {
                let answer = try await application.get("/api/\(target)")
                #expect(answer.problem.hasPrefix(problem))
            }
            #expect(
                try await application.get("/api/ada/files", token: reader).problem
                    == "403 insufficient-scope: The token lacks the scope 'read', which this needs: use another one.")
            #expect(
                try await application.send(.post, "/api/ada/files").problem
                    == "405 method-not-allowed: POST is not possible here; these methods are: GET, HEAD, OPTIONS.")
        }
    }
}

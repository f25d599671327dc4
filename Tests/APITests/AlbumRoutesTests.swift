import Domain
import HTTPTypes
import TestApplication
import Testing

@Suite struct AlbumRoutesTests {
    @Test(arguments: [
        ("order", "one of manual, taken, -taken expected"), ("visibility", "one of public, private expected"),
    ])
    func `a word that an album does not know is refused with those that it knows`(
        member: String, words: String
    ) async throws {
        try await TestApplication.run { application in
            let made = try await application.send(
                .post, "/v1/albums", json: #"{"title":"Rome","\#(member)":"newest"}"#)
            #expect(made.problem == "400 invalid-member: The member '\(member)' is not accepted: \(words).")
        }
    }

    @Test func `a private image that an album shows is saved under its title, and by its owner under its file's name`()
        async throws
    {
        try await TestApplication.runWithAccounts { application in
            let (ada, bob) = (try await application.token(of: "ada"), try await application.token(of: "bob"))
            let image = try await application.upload(TestPicture.png(width: 3), "?title=Harbour", token: ada)
            let path = "/v1/images/\(image["id"].string ?? "")"
            _ = try await application.send(.patch, path, json: #"{"file_name":"secret plan.png"}"#, token: ada)
            let album = try await application.send(.post, "/v1/albums", json: #"{"title":"Rome"}"#, token: ada)
            let albumPath = "/v1/albums/\(album["id"].string ?? "")"
            _ = try await application.send(
                .put, "\(albumPath)/members/bob", json: #"{"role":"viewer","share_private":true}"#, token: ada)
            let body = #"{"ids":["\#(image["id"].string ?? "")"],"share_private":true}"#
            _ = try await application.send(.post, "\(albumPath)/images", json: body, token: ada)
            for (token, name) in [(ada, "secret plan"), (bob, "Harbour"), (ada, "secret plan")] {
                for query in ["", "?download="] {
                    let file = try await application.get("\(path)/thumbnail\(query)", token: token)
                    #expect(file.fields["Content-Disposition"]?.contains("\"\(name).") == true, "\(query)")
                }
            }
        }
    }

    @Test func `a path of titles is one album, which is made once`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let bob = try await application.token(of: "bob")
            func album(_ path: String, token: String?) async throws -> TestResponse {
                try await application.send(
                    .post, "/v1/albums/by-path", json: #"{"path":"\#(path)"}"#, token: token)
            }
            let made = try await album("Holidays/2024/ Rome ", token: ada)
            #expect(made.status == 200 && made["title"] == "Rome" && made["visibility"] == "private")
            #expect(try await album("/Holidays/2024/Rome/", token: ada)["id"] == made["id"])
            #expect(try await album("Holidays/2024", token: ada)["id"] == made["parent"])
            #expect(try await album("Holidays/2024/Rome", token: bob)["id"] != made["id"])
            #expect(try await application.get("/v1/albums", token: ada)["ids"].count == 3)
            for path in ["", " / ", String(repeating: "a/", count: 21), String(repeating: "x", count: 201)] {
                let refused = try await album(path, token: ada)
                #expect(refused.status == 400, "\(path) \(refused.json)")
            }
            #expect(try await album("Rome", token: nil).status == 401)
            let uploader = try await application.token(of: "ada", scopes: [.upload])
            #expect(try await album("Rome", token: uploader).status == 403)
            #expect(try await application.get("/v1/albums", token: ada)["ids"].count == 3, "nothing was made")
        }
    }
}

import Composition
import Domain
import HTTPTypes
import Services
import TestApplication
import Testing

@Suite struct TrashRoutesTests {
    private static let png = TestPicture.png()

    private func restore(
        _ ids: [String], _ application: TestApplication, token: String? = nil
    ) async throws -> TestResponse {
        let list = ids.map { "\"\($0)\"" }.joined(separator: ",")
        return try await application.send(.post, "/v1/trash/restore", json: #"{"ids":[\#(list)]}"#, token: token)
    }

    @Test func `a deleted image is in its owner's trash alone, until it is restored`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let bob = try await application.token(of: "bob")
            let made = try await application.upload(Self.png, "?visibility=public&title=owl", token: ada)
            let id = try #require(made["id"].string)
            let path = "/v1/images/\(id)"
            #expect(
                try await application.send(.delete, path, ["If-Match": "\"other\""], token: ada).status == 412)
            #expect(try await application.send(.delete, path + "?permanent=yes", token: ada).status == 400)
            #expect(try await application.send(.delete, path, token: ada).status == 204)
            let boss = try await application.token(of: "boss", role: .admin)
            for token in [ada, bob, boss, nil] {
                for part in ["", "/original", "/thumbnail", "/full-size", "/compressed", "/metadata", "/render"] {
                    #expect(try await application.get(path + part, token: token).status == 404, "\(part)")
                }
                #expect(try await application.get("/v1/images?q=owl", token: token)["ids"] == [])
            }
            #expect(try await application.send(.delete, path, token: ada).status == 404)
            #expect(try await application.send(.patch, path, json: #"{"title":"x"}"#, token: ada).status == 404)
            let list = try await application.get("/v1/trash", token: ada)
            #expect(list["ids"] == [made["id"]] && list["images", 0, "title"] == "owl" && list["next"] == .null)
            let (trashed, expires) = (
                try #require(list["images", 0, "date_trashed"].string),
                try #require(list["images", 0, "expires_at"].string)
            )
            #expect(expires > trashed && list["images", 0, "links"] == .null)
            #expect(
                try await application.get("/v1/trash?fields=ids", token: ada).json == [
                    "ids": [made["id"]], "next": .null,
                ])
            for token in [bob, boss] { #expect(try await application.get("/v1/trash", token: token)["ids"] == []) }
            #expect(try await application.get("/v1/trash").status == 401)
            let refused = try await restore([id], application, token: bob)
            #expect(refused.json == ["restored": [], "duplicates": [:], "not_found": [made["id"]]])
            let unknown = ImageID().description
            let answer = try await restore([id, unknown, id], application, token: ada)
            #expect(answer.json == ["restored": [made["id"]], "duplicates": [:], "not_found": [.string(unknown)]])
            let record = try await application.get(path)
            #expect(record["title"] == "owl" && record["version"] == 2)
            #expect(try await application.get("/v1/images?q=owl")["ids"] == [made["id"]])
            #expect(try await application.get(path + "/original", token: ada).body == Self.png)
        }
    }

    @Test func `the bytes of a trashed image that its owner sends again restore it`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let bob = try await application.token(of: "bob")
            let made = try await application.upload(Self.png, "?title=owl", token: ada)
            let id = try #require(made["id"].string)
            func trash() async throws {
                #expect(try await application.send(.delete, "/v1/images/\(id)", token: ada).status == 204)
            }
            try await trash()
            let digests = #"{"digests":["\#(made["digest"].string ?? "")"]}"#
            let known = try await application.send(.post, "/v1/images/digests", json: digests, token: ada)
            #expect(known.json == ["known": [:]], "the bytes have to be sent")
            #expect(try await application.upload(Self.png, token: bob)["id"] != made["id"])
            let bare = try await application.upload(Self.png, "?title=other", token: ada)
            #expect(bare.status == 200 && bare["id"] == made["id"] && bare["title"] == "owl")
            #expect(bare["duplicate"] == true && bare["restored"] == true)
            #expect(try await application.upload(Self.png, token: ada)["restored"] == .null)
            try await trash()
            let sent = try await application.send(TestForm().file(Self.png, name: "a.png"), token: ada)
            #expect(sent.status == 200 && sent["images", 0, "restored"] == true)
            #expect(try await application.get("/v1/trash", token: ada)["ids"] == [])
        }
    }

    @Test func `single images and all of them are deleted for good`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let bob = try await application.token(of: "bob")
            var ids: [String] = []
            for seed in 1...3 {
                let made = try await application.upload(TestPicture.png(seed: UInt32(seed)), token: ada)
                ids.append(try #require(made["id"].string))
                #expect(try await application.send(.delete, "/v1/images/\(ids[seed - 1])", token: ada).status == 204)
            }
            func used() async throws -> JSONValue {
                try await application.get("/v1/accounts/ada", token: ada)["bytes_used"]
            }
            #expect(try await used() != 0)
            #expect(try await application.send(.delete, "/v1/trash/\(ids[0])", token: bob).status == 404)
            #expect(try await application.send(.delete, "/v1/trash", token: bob).json == ["deleted": 0])
            #expect(try await application.send(.delete, "/v1/trash/\(ids[0])", token: ada).status == 204)
            #expect(try await application.send(.delete, "/v1/trash/\(ids[0])", token: ada).status == 404)
            let body = try await application.send(.delete, "/v1/trash", json: #"{"ids":[]}"#, token: ada)
            #expect(body.status == 400, "whoever sends ids does not want everything to be deleted")
            #expect(try await application.send(.delete, "/v1/trash", token: ada).json == ["deleted": 2])
            #expect(try await used() == 0)
            #expect(try await restore(ids, application, token: ada)["restored"] == [])
            try await application.assembly.trash.purge()
            for part in ["original", "thumbnail", "full-size", "staging"] {
                #expect(try application.files(in: part) == [])
            }
        }
    }

    @Test func `without a trash, and if asked to, deletion is for good`() async throws {
        for (days, query) in [(0, ""), (30, "?permanent=true")] {
            try await TestApplication.run(settings: { $0.trashDays = days }) { application in
                let made = try await application.upload(Self.png)
                let path = "/v1/images/\(made["id"].string ?? "")\(query)"
                #expect(try await application.send(.delete, path).status == 204)
                #expect(try await application.get("/v1/trash")["ids"] == [])
                #expect(try application.files(in: "original") == [])
            }
        }
    }

    @Test func `what has been in the trash for its days is purged`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let made = try await application.upload(Self.png, token: ada)
            #expect(
                try await application.send(.delete, "/v1/images/\(made["id"].string ?? "")", token: ada).status == 204)
            let trash = application.assembly.trash
            try await trash.purge(now: Timestamp.now.advanced(bySeconds: 29.9 * 86_400))
            #expect(try application.files(in: "original").count == 1)
            try await trash.purge(now: Timestamp.now.advanced(bySeconds: 30 * 86_400))
            #expect(try application.files(in: "original") == [])
            #expect(try await application.get("/v1/trash", token: ada)["ids"] == [])
        }
    }

    @Test func `malformed requests are refused`() async throws {
        try await TestApplication.run { application in
            let ids = Array(repeating: #""\#(ImageID())""#, count: 1001).joined(separator: ",")
            for (body, problem) in [
                ("{}", "400 missing-member: The body lacks the images: give 'ids', or a 'selection'."),
                (#"{"ids":[1]}"#, "400 wrong-json-type: The member 'ids.0' must be a text."),
                (
                    #"{"ids":[\#(ids)]}"#,
                    "400 invalid-member: One request may restore at most 1000 images: restore in parts."
                ),
            ] {
                let answer = try await application.send(.post, "/v1/trash/restore", json: body)
                #expect(answer.problem == problem)
            }
            #expect(try await application.get("/v1/trash?cursor=x").status == 400)
        }
    }
}

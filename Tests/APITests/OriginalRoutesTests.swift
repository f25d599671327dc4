import CatalogStorage
import Composition
import Domain
import HTTPTypes
import Services
import TestApplication
import Testing

/// Other bytes under the id of an image.
@Suite struct OriginalRoutesTests {
    private static let first = TestPicture.png(width: 64, height: 48, seed: 1)
    private static let second = TestPicture.png(width: 48, height: 64, seed: 2)
    private static let third = TestPicture.png(width: 32, height: 32, seed: 3)

    @Test func `an image gets another original, and what it was can be restored`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let made = try await application.upload(
                Self.first, "?name=raw.png&title=owl&tags=bird&external_id=o-1&visibility=public&public_original=true",
                token: ada)
            let id = try #require(made["id"].string)
            let path = "/v1/images/\(id)"
            // Whatever is kept open and rendered must not be shown again.
            for part in ["/original", "/thumbnail", "/render?width=20"] {
                #expect(try await application.get(path + part).status == 200)
            }
            _ = try await application.send(.patch, path, json: #"{"rotation":{"degrees":90}}"#, token: ada)
            let answer = try await application.send(
                .put, path + "/original?name=edited.png&verify=true", token: ada, body: [Self.second])
            #expect(answer.status == 200 && answer["id"] == made["id"] && answer["duplicate"] == false)
            #expect(answer["title"] == "owl" && answer["external_id"] == "o-1" && answer["file_name"] == "edited.png")
            #expect(answer["width"] == 48 && answer["height"] == 64 && answer["rotation", "degrees"] == 0)
            #expect(try await application.get(path + "/original").body == Self.second)
            let small = try await application.get(path + "/render?width=20&format=png")
            #expect(small.status == 200 && Self.size(of: small.body) == [20, 27])
            #expect(try await application.get("/v1/images?q=owl%20tag:bird")["ids"] == [made["id"]])
            let trash = try await application.get("/v1/trash", token: ada)
            let version = try #require(trash["ids", 0].string)
            #expect(trash["images", 0, "version_of"] == made["id"] && version != id)
            #expect(trash["images", 0, "width"] == 48 && trash["images", 0, "rotation", "degrees"] == 90)
            for part in ["", "/original", "/thumbnail"] {
                #expect(try await application.get("/v1/images/\(version)\(part)", token: ada).status == 404)
            }
            let restored = try await application.send(
                .post, "/v1/trash/restore", json: #"{"ids":["\#(version)"]}"#, token: ada)
            #expect(restored["restored"] == [made["id"]])
            #expect(try await application.get(path + "/original").body == Self.first)
            let record = try await application.get(path, token: ada)
            #expect(record["width"] == 48 && record["rotation", "degrees"] == 90 && record["file_name"] == "raw.png")
            #expect(try await application.get("/v1/trash", token: ada)["images", 0, "version_of"] == made["id"])
        }
    }

    /// The width and height that a PNG states.
    private static func size(of png: [UInt8]) -> [Int] {
        [16, 20].map { start in png[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
    }

    @Test func `only whoever may change the image, under the conditions of the request, replaces it`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let made = try await application.upload(Self.first, "?visibility=public&public_original=true", token: ada)
            let id = try #require(made["id"].string)
            let path = "/v1/images/\(id)/original"
            let tag = try #require(try await application.get(path, token: ada).fields["ETag"])
            for (token, status) in [
                (try await application.token(of: "bob"), 403), (nil, 401),
                (try await application.token(of: "ada", scopes: [.upload]), 403),
                (try await application.token(of: "ada", scopes: [.read]), 403),
            ] {
                #expect(try await application.send(.put, path, token: token, body: [Self.second]).status == status)
            }
            for fields: HTTPFields in [["If-Match": "\"other\""], ["If-None-Match": "*"]] {
                #expect(try await application.send(.put, path, fields, token: ada, body: [Self.second]).status == 412)
            }
            let refused: [(target: String, fields: HTTPFields, body: [UInt8], status: Int)] = [
                (path + "?title=x", [:], Self.second, 400), (path, ["Content-Range": "bytes 0-9/20"], Self.second, 400),
                (path, [:], Array("not an image".utf8), 415), (path, [:], [], 400),
                (path, [:], Array(Self.second.dropLast(20)), 422),
                (path + "?verify=true", [:], TestPicture.broken(), 422),
                (path, ["Repr-Digest": "sha-256=:" + String(repeating: "A", count: 43) + "=:"], Self.second, 400),
                ("/v1/images/\(ImageID())/original", [:], Self.second, 404),
            ]
            for (target, fields, body, status) in refused {
                let answer = try await application.send(.put, target, fields, token: ada, body: [body])
                #expect(answer.status == status, "\(target) \(answer.json)")
            }
            #expect(try await application.get(path, token: ada).body == Self.first, "nothing was changed")
            #expect(try await application.get("/v1/trash", token: ada)["ids"] == [])
            #expect(
                try await application.send(.put, path, ["If-Match": tag], token: ada, body: [Self.second]).status == 200
            )
            let boss = try await application.token(of: "boss", role: .admin)
            #expect(try await application.send(.put, path, token: boss, body: [Self.third]).status == 200)
            #expect(try await application.get("/v1/trash", token: ada)["ids"].count == 2)
            #expect(try await application.get("/v1/trash", token: boss)["ids"] == [])
        }
    }

    @Test func `the same bytes bring back what was lost, and those of another image are refused`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let made = try await application.upload(Self.first, token: ada)
            let other = try await application.upload(Self.second, token: ada)
            let path = "/v1/images/\(try #require(made["id"].string))"
            let same = try await application.send(.put, path + "/original", token: ada, body: [Self.first])
            #expect(same.status == 200 && same["duplicate"] == true && same["version"] == made["version"])
            #expect(try await application.get(path + "/thumbnail", token: ada).status == 200)
            #expect(try await application.send(.delete, path + "/original", token: ada).status == 204)
            #expect(try await application.get(path + "/original", token: ada).status == 404)
            #expect(
                try await application.send(.put, path + "/original", token: ada, body: [Self.first])["duplicate"]
                    == true)
            #expect(try await application.get(path + "/original", token: ada).body == Self.first)
            let refused = try await application.send(.put, path + "/original", token: ada, body: [Self.second])
            let (reason, existing) = (refused["detail"].string ?? "", try #require(other["id"].string))
            #expect(refused.status == 409 && reason.contains(existing))
            // Another account does not matter.
            let bob = try await application.token(of: "bob")
            _ = try await application.upload(Self.third, token: bob)
            #expect(try await application.send(.put, path + "/original", token: ada, body: [Self.third]).status == 200)
        }
    }

    @Test func `without a trash the former files are removed, and with the image its versions`() async throws {
        for days in [0, 30] {
            try await TestApplication.runWithAccounts(settings: { $0.trashDays = days }) { application in
                let ada = try await application.token(of: "ada")
                let made = try await application.upload(Self.first, token: ada)
                let path = "/v1/images/\(try #require(made["id"].string))"
                #expect(try await application.get(path + "/thumbnail", token: ada).status == 200)
                #expect(
                    try await application.send(.put, path + "/original", token: ada, body: [Self.second]).status == 200)
                let text = try #require(made["digest"].string)
                let digest = try #require(Digest(text))
                try await application.assembly.trash.purge()
                let catalog = application.assembly.repository.catalog
                #expect(try await catalog.files(of: digest).isEmpty == (days == 0))
                #expect(try await application.send(.delete, path + "?permanent=true", token: ada).status == 204)
                #expect(try await application.get("/v1/trash", token: ada)["ids"] == [])
                try await application.assembly.trash.purge()
                #expect(try await catalog.files(of: digest).isEmpty)
                #expect(try await catalog.statistics().images.count == 0)
            }
        }
    }

    @Test func `replacements at the same time leave one original, and a version for each other`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let made = try await application.upload(Self.first, token: ada)
            let path = "/v1/images/\(try #require(made["id"].string))"
            try await withThrowingTaskGroup(of: Int.self) { group in
                for seed: UInt32 in 10..<16 {
                    group.addTask {
                        let body = TestPicture.png(width: 16, height: 16, seed: seed)
                        return try await application.send(.put, path + "/original", token: ada, body: [body]).status
                    }
                    group.addTask { try await application.get(path + "/thumbnail", token: ada).status }
                }
                for try await status in group { #expect(status == 200) }
            }
            let versions = try await application.get("/v1/trash", token: ada)["images"].elements
            let current = try await application.get(path, token: ada)
            #expect(Set((versions.map { $0["digest"] } + [current["digest"]]).compactMap(\.string)).count == 7)
            let original = try await application.get(path + "/original", token: ada).body
            #expect((10..<16).contains { TestPicture.png(width: 16, height: 16, seed: $0) == original })
        }
    }

    @Test func `of several replacements with the same condition, one is made`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let made = try await application.upload(Self.first, token: ada)
            let path = "/v1/images/\(try #require(made["id"].string))/original"
            let tag = try #require(try await application.get(path, token: ada).fields["ETag"])
            var statuses: [Int] = []
            try await withThrowingTaskGroup(of: Int.self) { group in
                for seed: UInt32 in 20..<28 {
                    group.addTask {
                        let body = TestPicture.png(width: 16, height: 16, seed: seed)
                        return try await application.send(
                            .put, path, ["If-Match": tag], token: ada, body: [body]
                        ).status
                    }
                }
                for try await status in group { statuses.append(status) }
            }
            #expect(statuses.sorted() == [200] + Array(repeating: 412, count: 7))
            #expect(try await application.get("/v1/trash", token: ada)["ids"].count == 1)
        }
    }
}

import Domain
import Foundation
import HTTPTypes
import TestApplication
import Testing

/// What an application needs that keeps images for its users.
@Suite struct ApplicationUseTests {
    @Test func `an image is found by the id that its application has given it`() async throws {
        try await TestApplication.runWithAccounts { application in
            let (ada, bob) = (try await application.token(of: "ada"), try await application.token(of: "bob"))
            let image = try await application.upload(TestPicture.png(width: 3), "?external_id=shop/17", token: ada)
            let id = try #require(image["id"].string)
            #expect(image["external_id"] == "shop/17")
            let path = "/v1/images/by-external-id/shop%2F17"
            #expect(try await application.get(path, token: ada)["id"] == .string(id))
            #expect(try await application.get(path, token: bob).status == 404)
            #expect(try await application.get(path).status == 401)
            let file = try await application.get("\(path)/render?width=10&dpr=2", token: ada)
            #expect(file.status == 307 && file.fields["Location"] == "/v1/images/\(id)/render?width=10&dpr=2")
            #expect(try await application.get("\(path)/secrets", token: ada).status == 404)
            #expect(try await application.get("/v1/images?q=external_id:shop/17", token: ada)["ids"] == [.string(id)])
            #expect(try await application.get("/v1/images?q=external_id:shop/1", token: ada)["ids"] == .array([]))
            #expect(try await application.get("/v1/images?q=external_id:shop/17", token: bob)["ids"] == .array([]))
            let changed = try await application.send(.patch, path, json: #"{"external_id":"18"}"#, token: ada)
            #expect(changed["external_id"] == "18" && changed["former", "external_id"] == "shop/17")
            #expect(try await application.get(path, token: ada).status == 404)
            let gone = try await application.send(.delete, "/v1/images/by-external-id/18", token: ada)
            #expect(gone.status == 204)
            #expect(try await application.get("/v1/images/by-external-id/18", token: ada).status == 404)
        }
    }

    @Test func `an external id is unique in its account, and in no other`() async throws {
        try await TestApplication.runWithAccounts { application in
            let (ada, bob) = (try await application.token(of: "ada"), try await application.token(of: "bob"))
            let first = try await application.upload(TestPicture.png(width: 3), "?external_id=1", token: ada)
            let taken = try await application.upload(TestPicture.png(width: 4), "?external_id=1", token: ada)
            #expect(taken.status == 409 && taken.problem.contains(first["id"].string ?? "-"))
            #expect(try await application.get("/v1/images", token: ada)["ids", 1] == .null, "nothing is kept")
            #expect(try await application.upload(TestPicture.png(width: 3), "?external_id=1", token: bob).status == 201)
            let second = try await application.upload(TestPicture.png(width: 4), token: ada)
            let path = "/v1/images/\(second["id"].string ?? "")"
            #expect(try await application.send(.patch, path, json: #"{"external_id":"1"}"#, token: ada).status == 409)
            // The same bytes again give the image its id, unless it has another one.
            let again = try await application.upload(TestPicture.png(width: 4), "?external_id=2", token: ada)
            #expect(again["duplicate"] == true && again["external_id"] == "2" && again["id"] == second["id"])
            let other = try await application.upload(TestPicture.png(width: 4), "?external_id=3", token: ada)
            #expect(other.status == 409)
            for (id, words) in [("", "1 to 200"), (String(repeating: "x", count: 201), "1 to 200")] {
                let body = #"{"external_id":"\#(id)"}"#
                let refused = try await application.send(.patch, path, json: body, token: ada)
                #expect(refused.status == 400 && refused.problem.contains(words))
            }
        }
    }

    @Test func `the id of a trashed image is free, and comes back only if it still is`() async throws {
        try await TestApplication.run { application in
            let first = try await application.upload(TestPicture.png(width: 3), "?external_id=1")
            let id = first["id"].string ?? ""
            _ = try await application.send(.delete, "/v1/images/\(id)")
            let second = try await application.upload(TestPicture.png(width: 4), "?external_id=1")
            #expect(second.status == 201)
            let restored = try await application.send(.post, "/v1/trash/restore", json: #"{"ids":["\#(id)"]}"#)
            #expect(restored["restored"] == [.string(id)])
            #expect(try await application.get("/v1/images/\(id)")["external_id"] == .null)
            #expect(try await application.get("/v1/images/by-external-id/1")["id"] == second["id"])
        }
    }

    @Test func `an account that keeps duplicates has an image for each upload`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let merged = try await application.upload(TestPicture.png(width: 3), "?title=one", token: ada)
            let kept = #"{"duplicates":"keep"}"#
            let account = try await application.send(.patch, "/v1/accounts/ada", json: kept, token: ada)
            #expect(account["duplicates"] == "keep")
            var ids = [merged["id"].string ?? ""]
            for title in ["two", "three"] {
                let made = try await application.upload(TestPicture.png(width: 3), "?title=\(title)", token: ada)
                #expect(made.status == 201 && made["title"] == .string(title) && made["duplicate"] != true)
                ids.append(made["id"].string ?? "")
            }
            #expect(Set(ids).count == 3)
            let digest = try #require(merged["digest"].string)
            let asked = #"{"digests":["\#(digest)"]}"#
            let known = try await application.send(.post, "/v1/images/digests", json: asked, token: ada)
            #expect(known["known"] == [:])
            // One goes into the trash and comes back beside the others; the others keep the content.
            _ = try await application.send(.delete, "/v1/images/\(ids[1])", token: ada)
            let fourth = try await application.upload(TestPicture.png(width: 3), "?title=four", token: ada)
            #expect(fourth["restored"] == .null && fourth["title"] == "four")
            let body = #"{"ids":["\#(ids[1])"]}"#
            let restored = try await application.send(.post, "/v1/trash/restore", json: body, token: ada)
            #expect(restored["restored"] == [.string(ids[1])])
            #expect(try await application.get("/v1/images/\(ids[1])", token: ada)["title"] == "two")
            let merge = #"{"duplicates":"merge"}"#
            #expect(try await application.send(.patch, "/v1/accounts/ada", json: merge, token: ada).status == 200)
            let last = try await application.upload(TestPicture.png(width: 3), token: ada)
            #expect(last["duplicate"] == true && last["id"] == .string(ids[0]))
        }
    }

    @Test func `an account changes its own setting, and nothing that only admins give`() async throws {
        try await TestApplication.runWithAccounts { application in
            let (ada, bob) = (try await application.token(of: "ada"), try await application.token(of: "bob"))
            for body in [#"{"role":"admin"}"#, #"{"quota_bytes":null}"#, #"{"duplicates":"keep","disabled":false}"#] {
                let refused = try await application.send(.patch, "/v1/accounts/ada", json: body, token: ada)
                #expect(refused.status == 403, "\(body)")
            }
            let keep = #"{"duplicates":"keep"}"#
            #expect(try await application.send(.patch, "/v1/accounts/ada", json: keep, token: bob).status == 404)
            let unknown = try await application.send(
                .patch, "/v1/accounts/ada", json: #"{"duplicates":"drop"}"#, token: ada)
            #expect(unknown.problem.contains("one of merge, keep expected"))
        }
    }

    @Test func `an admin uploads and changes for an account, as that account would`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let boss = try await application.token(of: "boss", role: .admin)
            let named: HTTPFields = ["Tintype-Account": "ada"]
            let image = try await application.send(
                .post, "/upload/", ["Content-Type": "image/png", "Tintype-Account": "ada"], token: boss,
                body: [TestPicture.png(width: 3)])
            let path = "/v1/images/\(image["id"].string ?? "")"
            #expect(image["owner"] == "ada")
            #expect(try await application.get(path, token: ada)["owner"] == "ada")
            let changed = try await application.send(.patch, path, json: #"{"title":"x"}"#, named, token: boss)
            #expect(changed["title"] == "x")
            let album = try await application.send(.post, "/v1/albums", json: #"{"title":"Rome"}"#, named, token: boss)
            #expect(album["owner"] == "ada")
            // It has the rights of that account, and none to manage accounts.
            let own = try await application.upload(TestPicture.png(width: 4), token: boss)
            #expect(try await application.get("/v1/images/\(own["id"].string ?? "")", named, token: boss).status == 404)
            #expect(try await application.get("/v1/accounts", named, token: boss).status == 403)
            let soon = Timestamp.now.advanced(bySeconds: 60)
            for more in ["", #","expires_at":"\#(soon)""#] {
                let issued = try await application.send(
                    .post, "/v1/tokens", json: #"{"name":"t"\#(more)}"#, named, token: boss)
                #expect(issued.status == 403, "\(more)")
            }
            let narrow = try await application.token(of: "boss2", role: .admin, scopes: [.read, .write])
            for token in [ada, narrow] {
                for handle in ["boss", "nobody"] {
                    let refused = try await application.get("/v1/images", ["Tintype-Account": handle], token: token)
                    #expect(refused.problem.hasPrefix("403 forbidden: Only an admin"))
                }
            }
            #expect(try await application.get("/v1/images", ["Tintype-Account": "nobody"], token: boss).status == 404)
            _ = try await application.send(.patch, "/v1/accounts/ada", json: #"{"disabled":true}"#, token: boss)
            #expect(try await application.get("/v1/images", named, token: boss).status == 403)
        }
    }

    @Test func `a token for one album adds images to it on every road, and does nothing else`() async throws {
        try await TestApplication.runWithAccounts { application in
            let (ada, bob) = (try await application.token(of: "ada"), try await application.token(of: "bob"))
            let album = try await application.send(.post, "/v1/albums", json: #"{"title":"Door"}"#, token: ada)
            let id = album["id"].string ?? ""
            let member = #"{"role":"viewer"}"#
            _ = try await application.send(.put, "/v1/albums/\(id)/members/bob", json: member, token: ada)
            let other = try await application.send(.post, "/v1/albums", json: #"{"title":"Other"}"#, token: ada)
            func issue(_ more: String, token: String) async throws -> TestResponse {
                let body = #"{"name":"camera","scopes":["upload"],"album":"\#(id)"\#(more)}"#
                return try await application.send(.post, "/v1/tokens", json: body, token: token)
            }
            #expect(try await issue("", token: bob).problem.hasPrefix("403"), "bob only sees it")
            #expect(try await issue(#","scopes":["read"]"#, token: ada).status == 400)
            let issued = try await issue(#","share_private":true"#, token: ada)
            #expect(issued["album"] == .string(id) && issued["share_private"] == true)
            let camera = try #require(issued["token"].string)
            let made = try await application.upload(TestPicture.png(width: 3), token: camera)
            #expect(made.status == 201)
            let batch = #"[{"file":"\#(Data(TestPicture.png(width: 4)).base64EncodedString())"}]"#
            #expect(try await application.send(.post, "/v1/batches", json: batch, token: camera).status == 202)
            _ = try await application.poll("/v1/albums/\(id)/images", token: bob) { $0["ids", 1] != .null }
            // Bytes that the account has already go into the album, too.
            _ = try await application.upload(TestPicture.png(width: 5), token: ada)
            _ = try await application.upload(TestPicture.png(width: 5), token: camera)
            #expect(try await application.get("/v1/albums/\(id)/images", token: bob)["ids", 2] != .null)
            let named = "?album=\(other["id"].string ?? "")"
            #expect(try await application.upload(TestPicture.png(width: 6), named, token: camera).status == 403)
            #expect(try await application.get("/v1/albums/\(id)/images", token: camera).status == 403)
            _ = try await application.send(.delete, "/v1/albums/\(id)", token: ada)
            #expect(try await application.upload(TestPicture.png(width: 7), token: camera).status == 401)
        }
    }

    @Test func `a server issues narrow tokens for the browsers of its users, which end with its own`() async throws {
        try await TestApplication.runWithAccounts { application in
            let server = try await application.token(of: "ada", scopes: [.read, .write])
            func issue(_ scopes: String, hours: Double?) async throws -> TestResponse {
                let expires = hours.map { ",\"expires_at\":\"\(Timestamp.now.advanced(bySeconds: $0 * 3600))\"" } ?? ""
                return try await application.send(
                    .post, "/v1/tokens", json: #"{"name":"browser","scopes":\#(scopes)\#(expires)}"#, token: server)
            }
            for (scopes, hours) in [
                (#"["write"]"#, 1), (#"["admin"]"#, 1), (#"["read"]"#, nil), (#"["read"]"#, 25),
            ] as [(String, Double?)] {
                #expect(try await issue(scopes, hours: hours).status == 403, "\(scopes)")
            }
            let issued = try await issue(#"["read","upload"]"#, hours: 1)
            let browser = try #require(issued["token"].string)
            #expect(try await application.upload(TestPicture.png(), token: browser).status == 201)
            #expect(try await application.get("/v1/images", token: browser)["ids", 0] != .null)
            let further = #"{"name":"x","scopes":["read"]}"#
            #expect(try await application.send(.post, "/v1/tokens", json: further, token: browser).status == 403)
            let owner = try await application.token(of: "ada")
            let listed = try await application.get("/v1/tokens", token: owner)
            #expect(listed["tokens", 2] == .null, "only the two that people look after")
            let own = listed["tokens", 0, "id"].string ?? ""
            #expect(try await application.send(.delete, "/v1/tokens/\(own)", token: server).status == 204)
            #expect(try await application.get("/v1/images", token: browser).status == 401)
        }
    }
}

import Composition
import Domain
import HTTPTypes
import Services
import TestApplication
import Testing

@testable import CatalogStorage

@Suite struct BulkChangeRoutesTests {
    /// Sends a bulk change, and waits until its job has ended.
    private func change(
        _ body: String, _ application: TestApplication, token: String?
    ) async throws -> TestResponse {
        let asked = try await application.send(.post, "/v1/images/bulk", json: body, token: token)
        guard asked.status == 202 else { return asked }
        #expect(asked.fields["Location"] == "/v1/jobs/\(asked["id"].string ?? "")")
        #expect(asked["kind"] == "change" && asked["state"] == "queued")
        return try await application.finishedJob(asked["id"], token: token)
    }

    private func undo(_ job: TestResponse, _ application: TestApplication, token: String?) async throws -> TestResponse
    {
        let path = "/v1/jobs/\(job["id"].string ?? "")/undo"
        let asked = try await application.send(.post, path, token: token)
        return asked.status == 202 ? try await application.finishedJob(asked["id"], token: token) : asked
    }

    private func upload(
        _ number: Int, _ query: String, _ application: TestApplication, token: String
    ) async throws -> String {
        let made = try await application.upload(TestPicture.png(width: 2 + number), query, token: token)
        return try #require(made["id"].string)
    }

    @Test func `images are changed as far as their owner may, and the others are listed`() async throws {
        try await TestApplication.runWithAccounts { application in
            let (ada, bob) = (try await application.token(of: "ada"), try await application.token(of: "bob"))
            let first = try await upload(0, "?tags=sea&title=one", application, token: ada)
            let second = try await upload(1, "?tags=hut,sea&title=two", application, token: ada)
            let full = try await upload(2, "", application, token: ada)
            let tags = (0..<100).map { "\"t\($0)\"" }.joined(separator: ",")
            _ = try await application.send(.patch, "/v1/images/\(full)", json: "{\"tags\":[\(tags)]}", token: ada)
            let hidden = try await upload(3, "", application, token: bob)
            let shown = try await upload(4, "?visibility=public", application, token: bob)
            let unknown = ImageID().description
            let ids = [first, second, full, hidden, shown, unknown, first].map { "\"\($0)\"" }.joined(separator: ",")
            let job = try await change(
                """
                {"ids": [\(ids)], "changes": {"rating": 4, "place": {"latitude": 1, "longitude": 2}},
                 "add_tags": [" hut ", "new"], "remove_tags": ["sea"]}
                """, application, token: ada)
            #expect(job["state"] == "done" && job["progress"] == ["total": 6, "done": 2, "failed": 4])
            let changed = try await application.get("/v1/images/\(second)", token: ada)
            #expect(changed["tags"] == ["hut", "new"] && changed["rating"] == 4 && changed["title"] == "two")
            #expect(try await application.get("/v1/images/\(first)", token: ada)["tags"] == ["hut", "new"])
            #expect(try await application.get("/v1/images?q=tag:new", token: ada)["ids", 1] != .null)
            let path = "/v1/jobs/\(job["id"].string ?? "")/failures"
            let failures = try await application.get(path, token: ada)
            let reasons = (0..<4).map { [failures["failures", $0, "id"], failures["failures", $0, "reason"]] }
            #expect(
                reasons == [
                    [.string(full), "invalid"], [.string(hidden), "not-found"], [.string(shown), "forbidden"],
                    [.string(unknown), "not-found"],
                ])
            #expect(failures["failures", 0, "detail"] == "An image may have at most 100 tags.")
            let page = try await application.get(path + "?limit=3", token: ada)
            let rest = try await application.get(path + "?limit=3&cursor=\(page["next"].string ?? "")", token: ada)
            #expect(page["ids", 2] == .string(shown) && rest["ids"] == [.string(unknown)] && rest["next"] == .null)
            for token in [bob, nil] { #expect(try await application.get(path, token: token).status == 404) }
        }
    }

    @Test func `a search covers the images of the account, and no others`() async throws {
        try await TestApplication.runWithAccounts { application in
            let (ada, boss) = (
                try await application.token(of: "ada"), try await application.token(of: "boss", role: .admin)
            )
            let own = try await upload(0, "?title=owl&visibility=public", application, token: boss)
            let other = try await upload(1, "?title=owl&visibility=public", application, token: ada)
            let body = #"{"search": {"q": "owl", "min_width": 1}, "changes": {"visibility": "private"}}"#
            let job = try await change(body, application, token: boss)
            #expect(job["progress"] == ["total": 1, "done": 1, "failed": 0])
            #expect(try await application.get("/v1/images/\(own)").status == 404)
            #expect(try await application.get("/v1/images/\(other)").status == 200)
            let named = try await change(
                #"{"ids": ["\#(other)"], "changes": {"visibility": "private"}}"#, application, token: boss)
            #expect(named["progress", "done"] == 1)
            #expect(try await application.get("/v1/images/\(other)").status == 404)
            let nothing = try await change(
                #"{"search": {"q": "absent"}, "add_tags": ["x"]}"#, application, token: boss)
            #expect(nothing["state"] == "done" && nothing["progress", "total"] == 0)
        }
    }

    @Test func `a search for an album covers the images of the account in it`() async throws {
        try await TestApplication.runWithAccounts { application in
            let (ada, bob) = (try await application.token(of: "ada"), try await application.token(of: "bob"))
            let album = try await application.send(.post, "/v1/albums", json: #"{"title":"Rome"}"#, token: ada)
            let id = album["id"].string ?? ""
            let inside = try await upload(0, "", application, token: ada)
            let outside = try await upload(1, "", application, token: ada)
            let shown = try await upload(2, "?visibility=public", application, token: bob)
            _ = try await application.send(
                .post, "/v1/albums/\(id)/images", json: #"{"ids":["\#(inside)","\#(shown)"]}"#, token: ada)
            for album in [id, "Rome"] {
                let job = try await change(
                    #"{"search":{"q":"album:\#(album)"},"add_tags":["\#(album)"]}"#, application, token: ada)
                #expect(job["progress"] == ["total": 1, "done": 1, "failed": 0])
            }
            #expect(try await application.get("/v1/images/\(inside)", token: ada)["tags", 1] == "Rome")
            #expect(try await application.get("/v1/images/\(outside)", token: ada)["tags"] == .array([]))
            let strangers = try await change(
                #"{"search":{"q":"album:\#(id)"},"add_tags":["x"]}"#, application, token: bob)
            #expect(strangers["progress", "total"] == 0)
        }
    }

    @Test func `what a bulk change has replaced comes back, except what somebody has changed since`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let first = try await upload(0, "?tags=sea,hut&title=one&description=x", application, token: ada)
            let second = try await upload(1, "?tags=sea&title=two", application, token: ada)
            _ = try await application.send(
                .patch, "/v1/images/\(first)",
                json: #"{"date_taken": "1964-07", "attributes": {"a": 1, "b": {"c": 2}}, "creator": "Ada"}"#, token: ada
            )
            let before = try await application.get("/v1/images/\(first)", token: ada)
            let job = try await change(
                """
                {"ids": ["\(first)", "\(second)"], "remove_tags": ["hut"], "add_tags": ["new"], "changes": {
                    "title": "both", "description": "", "date_taken": null, "place": {"latitude": 1, "longitude": 2},
                    "attributes": {"a": null, "b": {"d": 3}}, "creator": null, "rights": "none", "rating": 2,
                    "file_name": "a.png", "visibility": "public"}}
                """, application, token: ada)
            #expect(job["progress", "done"] == 2)
            let changed = try await application.get("/v1/images/\(first)", token: ada)
            #expect(changed["attributes"] == ["b": ["c": 2, "d": 3]] && changed["date_taken"] == .null)
            #expect(changed["tags"] == ["sea", "new"] && changed["creator"] == .null && changed["title"] == "both")
            _ = try await application.send(.patch, "/v1/images/\(second)", json: #"{"title":"three"}"#, token: ada)
            let undone = try await undo(job, application, token: ada)
            #expect(undone["progress"] == ["total": 2, "done": 1, "failed": 1])
            let after = try await application.get("/v1/images/\(first)", token: ada)
            for member in [
                "title", "description", "date_taken", "place", "attributes", "creator", "rights", "rating", "file_name",
                "visibility",
            ] {
                #expect(after[member] == before[member], "\(member)")
            }
            #expect(after["tags"] == ["sea", "hut"])
            #expect(try await application.get("/v1/images/\(second)", token: ada)["title"] == "three")
            let failures = try await application.get("/v1/jobs/\(undone["id"].string ?? "")/failures", token: ada)
            #expect(failures["failures", 0, "reason"] == "changed")
            let again = try await undo(job, application, token: ada)
            #expect(again.problem.hasPrefix("409 conflict: ") && again.problem.contains(undone["id"].string ?? "?"))
            #expect(try await undo(undone, application, token: ada)["progress", "done"] == 1)
            #expect(try await application.get("/v1/images/\(first)", token: ada)["title"] == "both")
        }
    }

    @Test func `tags come back in their order, before those that were added since`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let id = try await upload(0, "?tags=a,b,c,d", application, token: ada)
            for edit in [#""remove_tags": ["a", "c"]"#, #""changes": {"tags": ["d", "x", "a"]}"#] {
                let job = try await change("{\"ids\": [\"\(id)\"], \(edit)}", application, token: ada)
                let tags = try await application.get("/v1/images/\(id)", token: ada)["tags"].elements
                let later = tags.compactMap(\.string).map { "\"\($0)\"" }.joined(separator: ",")
                _ = try await application.send(
                    .patch, "/v1/images/\(id)", json: "{\"tags\": [\(later), \"new\"]}", token: ada)
                #expect(try await undo(job, application, token: ada)["progress", "done"] == 1)
                #expect(
                    try await application.get("/v1/images/\(id)", token: ada)["tags"] == ["a", "b", "c", "d", "new"])
                _ = try await application.send(
                    .patch, "/v1/images/\(id)", json: #"{"tags": ["a", "b", "c", "d"]}"#, token: ada)
            }
        }
    }

    @Test func `images go into the trash, and come back`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let ids = try await (0..<3).asyncMap { try await upload($0, "?title=owl", application, token: ada) }
            let job = try await change(#"{"search": {"q": "owl"}, "trash": true}"#, application, token: ada)
            #expect(job["progress", "done"] == 3)
            #expect(try await application.get("/v1/images", token: ada)["ids"] == [])
            #expect(try await application.get("/v1/trash", token: ada)["ids", 2] != .null)
            let gone = try await application.send(.delete, "/v1/trash/\(ids[0])", token: ada)
            #expect(gone.status == 204)
            let back = try await application.upload(TestPicture.png(width: 3), token: ada)
            #expect(back["id"] == .string(ids[1]), "sent again")
            let undone = try await undo(job, application, token: ada)
            #expect(undone["progress"] == ["total": 3, "done": 1, "failed": 2])
            let found = try await application.get("/v1/images", token: ada)["ids"]
            #expect(found == [.string(ids[2]), .string(ids[1])])
        }
    }

    @Test func `without a trash, images are deleted, which nothing takes back`() async throws {
        try await TestApplication.run(settings: { $0.trashDays = 0 }) { application in
            let made = try await application.upload(TestPicture.png())
            let id = try #require(made["id"].string)
            let job = try await change(#"{"ids": ["\#(id)"], "trash": true}"#, application, token: nil)
            #expect(job["progress", "done"] == 1)
            #expect(try await application.get("/v1/images/\(id)").status == 404)
            #expect(try await application.get("/v1/trash")["ids"] == [])
            #expect(try await undo(job, application, token: nil).status == 409)
            // The service that removes files is woken by the job.
            let deadline = ContinuousClock.now.advanced(by: .seconds(60))
            while try application.files(in: "original") != [], ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(try application.files(in: "original") == [])
        }
    }

    @Test(arguments: [
        (#"{}"#, "400 missing-member: ", "/ids"),
        (#"{"ids": [], "search": {}, "add_tags": ["x"]}"#, "400 invalid-member: ", "/search"),
        (#"{"ids": []}"#, "400 bad-request: There is nothing to change", nil),
        (#"{"ids": [], "rotate": 90}"#, "400 unknown-member: There is no member 'rotate'", "/rotate"),
        (#"{"ids": [], "changes": {"owner": "x"}}"#, "400 unknown-member: ", "/changes/owner"),
        (#"{"ids": [], "changes": {"rating": 9}}"#, "400 bad-request: A rating is a whole number", "/rating"),
        (#"{"ids": [], "changes": {"date_taken": "2023-02-30"}}"#, "400 invalid-member: ", "/changes/date_taken"),
        (#"{"ids": [], "trash": true, "add_tags": ["x"]}"#, "400 invalid-member: ", "/trash"),
        (
            #"{"ids": [], "add_tags": ["x"], "remove_tags": ["x "]}"#, "400 bad-request: The tag 'x' cannot",
            "/remove_tags"
        ),
        (#"{"ids": ["x"], "trash": true}"#, "400 invalid-member: ", "/ids/0"),
        (#"{"search": {"colour": "red"}, "trash": true}"#, "400 bad-request: ", "/search/colour"),
        (#"{"search": {"min_width": "x"}, "trash": true}"#, "400 bad-request: ", "/search/min_width"),
        (#"{"search": {"q": "taken:x"}, "trash": true}"#, "400 malformed-search: ", "/search/q"),
        (#"{"search": {"tag": [1]}, "trash": true}"#, "400 invalid-member: ", "/search/tag"),
        (#"{"search": {"limit": 5}, "trash": true}"#, "400 bad-request: ", "/search/limit"),
    ])
    func `what makes no sense is refused as a whole`(_ body: String, _ problem: String, _ pointer: String?) async throws
    {
        try await TestApplication.run { application in
            let answer = try await application.send(.post, "/v1/images/bulk", json: body)
            #expect(answer.problem.hasPrefix(problem), "\(answer.problem)")
            #expect(answer["pointer"].string == pointer)
            #expect(try await application.get("/v1/jobs?kind=change")["ids"] == [])
        }
    }

    @Test func `external ids are taken away, and come back unless another image has them by now`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let first = try await upload(0, "?external_id=1", application, token: ada)
            let second = try await upload(1, "?external_id=2", application, token: ada)
            let ids = #"["\#(first)","\#(second)"]"#
            let refused = try await change(
                #"{"ids":\#(ids),"changes":{"external_id":"3"}}"#, application, token: ada)
            #expect(refused.status == 400 && refused["pointer"] == "/external_id")
            let job = try await change(#"{"ids":\#(ids),"changes":{"external_id":null}}"#, application, token: ada)
            #expect(job["progress", "done"] == 2)
            _ = try await upload(2, "?external_id=1", application, token: ada)
            let undone = try await undo(job, application, token: ada)
            #expect(undone["progress"] == ["total": 2, "done": 1, "failed": 1])
            #expect(try await application.get("/v1/images/\(first)", token: ada)["external_id"] == .null)
            #expect(try await application.get("/v1/images/\(second)", token: ada)["external_id"] == "2")
        }
    }

    @Test func `images are turned together, and what everybody gets of them is set`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .now }) { application in
            let before = try await application.upload(TestPicture.png(width: 3))
            let id = before["id"].string ?? ""
            #expect(before["state"] == "ready")
            let body = #"{"ids":["\#(id)"],"changes":{"rotation":{"degrees":90},"public_place":true}}"#
            let job = try await change(body, application, token: nil)
            #expect(job["progress", "done"] == 1)
            let turned = try await application.readyImage(.string(id))
            #expect(turned["width"] == before["height"] && turned["height"] == before["width"])
            #expect(turned["state"] == "ready" && turned["public_place"] == true)
            _ = try await undo(job, application, token: nil)
            let back = try await application.get("/v1/images/\(id)")
            #expect(back["rotation", "degrees"] == 0 && back["public_place"] == .null && back["state"] == "ready")
        }
    }

    @Test func `only ended bulk changes of the viewer are taken back`() async throws {
        try await TestApplication.runWithAccounts { application in
            let (ada, bob) = (try await application.token(of: "ada"), try await application.token(of: "bob"))
            let id = try await upload(0, "", application, token: ada)
            let job = try await change(#"{"ids": ["\#(id)"], "add_tags": ["x"]}"#, application, token: ada)
            #expect(try await undo(job, application, token: bob).status == 404)
            #expect(try await undo(job, application, token: nil).status == 401)
            let other = try await application.send(.post, "/compress/\(id)", ["Prefer": "respond-async"], token: ada)
            _ = try await application.finishedJob(other["id"], token: ada)
            #expect(try await undo(other, application, token: ada).status == 409)
            let path = "/v1/jobs/\(other["id"].string ?? "")/failures"
            #expect(try await application.get(path, token: ada).status == 409)
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async throws -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}

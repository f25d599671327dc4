import Composition
import Domain
import HTTPTypes
import Services
import TestApplication
import Testing

@testable import CatalogStorage

@Suite struct SelectionRoutesTests {
    private func upload(
        _ number: Int, _ query: String, _ application: TestApplication, token: String
    ) async throws -> String {
        let made = try await application.upload(TestPicture.png(width: 2 + number), query, token: token)
        return try #require(made["id"].string)
    }

    private func select(
        _ body: String, _ application: TestApplication, token: String
    ) async throws -> TestResponse {
        try await application.send(.post, "/v1/selections", json: body, token: token)
    }

    /// Sends a body, and waits until its job has ended.
    private func finish(
        _ method: HTTPMethod, _ path: String, _ body: String, _ application: TestApplication, token: String
    ) async throws -> TestResponse {
        let asked = try await application.send(method, path, json: body, token: token)
        return asked.status == 202 ? try await application.finishedJob(asked["id"], token: token) : asked
    }

    @Test func `a selection has parts of a list, and is used by everything that takes ids`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            var ids: [String] = []
            for number in 0..<7 {
                ids.append(try await upload(number, "?title=owl%20\(number)&tags=bird", application, token: ada))
            }
            let list = ids.reversed().map { JSONValue.string($0) }
            let made = try await select(
                """
                {"q": "", "sort": "-added", "ranges": [{"from": "\(ids[1])", "to": "\(ids[5])"}],
                 "plus": ["\(ids[0])"], "minus": ["\(ids[3])"]}
                """, application, token: ada)
            let id = made["id"].string ?? ""
            #expect(made.status == 201 && made.fields["Location"] == "/v1/selections/\(id)")
            #expect(
                made.json.without("id", "expires_at", "bytes")
                    == [
                        "count": 5, "changeable": 5, "trashed": 0, "common_tags": ["bird"],
                        "tags": [["tag": "bird", "count": 5]],
                    ])
            let expires = try #require(made["expires_at"].string.flatMap { Timestamp($0) })
            #expect((3500...3600).contains(expires.seconds - Timestamp.now.seconds))
            let order = [list[1], list[2], list[4], list[5], list[6]]
            let album = try await application.send(.post, "/v1/albums", json: #"{"title":"Owls"}"#, token: ada)
            let path = "/v1/albums/\(album["id"].string ?? "")/images"
            let body = #"{"selection":"\#(id)"}"#
            let added = try await finish(.post, path, body, application, token: ada)
            #expect(added["kind"] == "change" && added["progress"] == ["total": 5, "done": 5, "failed": 0])
            #expect(try await application.get(path, token: ada)["ids"] == .array(order))
            let archive = try await application.send(.post, "/v1/archives", json: body, token: ada)
            #expect(archive.status == 201 && archive["files"] == 5)
            let share = try await application.send(.post, "/v1/shares", json: body, token: ada)
            let shown = try await application.get("/v1/shares/\(share["token"].string ?? "")/images")
            #expect(shown["ids"] == .array(order))
            let tagged = try await finish(
                .post, "/v1/images/bulk", #"{"selection":"\#(id)","add_tags":["night"]}"#, application, token: ada)
            #expect(tagged["progress", "done"] == 5)
            #expect(try await application.get("/v1/selections/\(id)", token: ada)["common_tags"] == ["bird", "night"])
            #expect(try await application.get("/v1/images/\(ids[3])", token: ada)["tags"] == ["bird"])
            let removed = try await finish(.delete, path, body, application, token: ada)
            #expect(removed["progress", "done"] == 5)
            #expect(try await application.get(path, token: ada)["ids"] == [])
            let trashed = try await finish(
                .post, "/v1/images/bulk", #"{"selection":"\#(id)","trash":true}"#, application, token: ada)
            #expect(trashed["progress", "done"] == 5)
            let now = try await application.get("/v1/selections/\(id)", token: ada)
            #expect(now["count"] == 0 && now["trashed"] == 5 && now["common_tags"] == [])
            let restored = try await finish(.post, "/v1/trash/restore", body, application, token: ada)
            #expect(restored["progress"] == ["total": 5, "done": 5, "failed": 0])
            #expect(try await application.get("/v1/images", token: ada)["ids"] == .array(list))
            #expect(try await application.send(.delete, "/v1/selections/\(id)", token: ada).status == 204)
            #expect(try await application.get("/v1/selections/\(id)", token: ada).status == 404)
        }
    }

    @Test func `a selection grants nothing, and is of its account alone`() async throws {
        try await TestApplication.runWithAccounts { application in
            let (ada, bob) = (try await application.token(of: "ada"), try await application.token(of: "bob"))
            let boss = try await application.token(of: "boss", role: .admin)
            let own = try await upload(0, "?visibility=public", application, token: ada)
            let other = try await upload(1, "?visibility=public", application, token: bob)
            let hidden = try await upload(2, "", application, token: bob)
            let made = try await select(
                #"{"q":"","sort":"added","plus":["\#(hidden)"]}"#, application, token: ada)
            let id = made["id"].string ?? ""
            #expect(made["count"] == 2 && made["changeable"] == 1)
            let body = #"{"selection":"\#(id)","add_tags":["x"]}"#
            let job = try await finish(.post, "/v1/images/bulk", body, application, token: ada)
            #expect(job["progress"] == ["total": 2, "done": 1, "failed": 1])
            let failures = try await application.get("/v1/jobs/\(job["id"].string ?? "")/failures", token: ada)
            #expect(failures["failures", 0, "reason"] == "forbidden" && failures["ids"] == [.string(other)])
            let share = try await application.send(
                .post, "/v1/shares", json: #"{"selection":"\#(id)"}"#, token: ada)
            #expect(share.problem.hasPrefix("404 not-found: You have no image \(other)"))
            _ = try await application.send(
                .patch, "/v1/images/\(other)", json: #"{"visibility":"private"}"#, token: bob)
            #expect(try await application.get("/v1/selections/\(id)", token: ada)["count"] == 1)
            let archive = try await application.send(
                .post, "/v1/archives", json: #"{"selection":"\#(id)"}"#, token: ada)
            #expect(archive["files"] == 1)
            let album = try await application.send(.post, "/v1/albums", json: #"{"title":"A"}"#, token: bob)
            let path = "/v1/albums/\(album["id"].string ?? "")/images"
            for token in [bob, boss] {
                let asked = #"{"selection":"\#(id)"}"#
                for (method, path, body) in [
                    (.get, "/v1/selections/\(id)", ""), (.delete, "/v1/selections/\(id)", ""),
                    (.post, "/v1/images/bulk", body), (.post, "/v1/archives", asked), (.post, "/v1/shares", asked),
                    (.post, "/v1/trash/restore", asked), (.post, path, asked), (.delete, path, asked),
                ] as [(HTTPMethod, String, String)] {
                    let answer =
                        body.isEmpty
                        ? try await application.send(method, path, token: token)
                        : try await application.send(method, path, json: body, token: token)
                    #expect(answer.problem.hasPrefix("404 not-found: There is no such selection"), "\(method) \(path)")
                }
            }
            #expect(try await application.send(.post, "/v1/selections", json: #"{"q":""}"#).status == 401)
            #expect(try await application.get("/v1/selections/\(id)").status == 401)
            let archived = try await application.send(.post, "/v1/archives", json: #"{"selection":"\#(id)"}"#)
            #expect(archived.status == 401)
            _ = try await application.assembly.repository.catalog.removeExpiredSelections(
                now: Timestamp.now.advanced(bySeconds: 3601))
            #expect(try await application.get("/v1/selections/\(id)", token: ada).status == 404)
            #expect(own != other)
        }
    }

    @Test(arguments: [
        (#"{}"#, "400 missing-member: ", "/q"),
        (#"{"sort": "added"}"#, "400 missing-member: ", "/q"),
        (#"{"minus": []}"#, "400 missing-member: ", "/q"),
        (#"{"plus": [], "sort": "added"}"#, "400 missing-member: ", "/q"),
        (#"{"q": "", "query": "x"}"#, "400 unknown-member: There is no member 'query'", "/query"),
        (#"{"q": "", "limit": 3}"#, "400 unknown-member: ", "/limit"),
        (#"{"q": "taken:x"}"#, "400 malformed-search: ", "/q"),
        (#"{"min_width": "5"}"#, "400 wrong-json-type: ", "/min_width"),
        (#"{"min_width": -1}"#, "400 bad-request: ", "/min_width"),
        (#"{"q": 5}"#, "400 wrong-json-type: ", "/q"),
        (#"{"tag": "sea"}"#, "400 wrong-json-type: ", "/tag"),
        (#"{"q": "", "plus": null}"#, "400 wrong-json-type: ", "/plus"),
        (#"{"q": "", "sort": "size"}"#, "400 bad-request: ", "/sort"),
        (#"{"q": "owl", "sort": "relevance", "ranges": []}"#, "400 bad-request: A list by relevance", "/sort"),
        (#"{"ranges": [{"from": "x"}]}"#, "400 invalid-member: ", "/ranges/0/from"),
        (#"{"ranges": [{"until": "2024"}]}"#, "400 unknown-member: ", "/ranges/0/until"),
        (#"{"ranges": [{"from": "2024"}]}"#, "400 bad-request: A date begins or ends", "/ranges"),
        (
            #"{"ranges": [{"from": "\#(Cursor(order: "added", key: .integer(1), tie: 1))"}]}"#,
            "400 bad-request: A cursor in 'ranges'", "/ranges"
        ),
        (
            #"{"ranges": [{"to": "01900000-0000-7000-8000-000000000000"}]}"#, "404 not-found: There is no image 0190",
            "/ranges"
        ),
        (#"{"plus": ["x"]}"#, "400 invalid-member: ", "/plus/0"),
    ])
    func `what makes no sense is refused`(_ body: String, _ problem: String, _ pointer: String) async throws {
        try await TestApplication.run { application in
            let answer = try await application.send(.post, "/v1/selections", json: body)
            #expect(answer.problem.hasPrefix(problem), "\(answer.problem)")
            #expect(answer["pointer"].string == pointer)
        }
    }

    @Test func `what is named is bounded, and exactly one thing says which images`() async throws {
        try await TestApplication.run { application in
            let id = ImageID().description
            let many = Array(repeating: "\"\(id)\"", count: 1001).joined(separator: ",")
            let ranges = Array(repeating: "{}", count: 1001).joined(separator: ",")
            for (body, pointer) in [
                (#"{"plus":[\#(many)]}"#, "/plus"), (#"{"q":"","minus":[\#(many)]}"#, "/minus"),
                (#"{"ranges":[\#(ranges)]}"#, "/ranges"),
            ] {
                let answer = try await application.send(.post, "/v1/selections", json: body)
                #expect(answer.problem.hasPrefix("400 bad-request: A selection is made of at most 1000"))
                #expect(answer["pointer"].string == pointer)
            }
            let album = try await application.send(.post, "/v1/albums", json: #"{"title":"A"}"#)
            let path = "/v1/albums/\(album["id"].string ?? "")/images"
            for (path, problem) in [
                ("/v1/images/bulk", "400 invalid-member: Give only one of"), (path, "400 invalid-member: Give either"),
                ("/v1/trash/restore", "400 invalid-member: Give either"),
                ("/v1/archives", "400 bad-request: Say either"),
            ] {
                let both = #"{"ids":["\#(id)"],"selection":"\#(id)"}"#
                #expect(try await application.send(.post, path, json: both).problem.hasPrefix(problem), "\(path)")
            }
            let shared = #"{"images":["\#(id)"],"selection":"\#(id)"}"#
            let share = try await application.send(.post, "/v1/shares", json: shared)
            #expect(share.problem.hasPrefix("400 bad-request: Say what is shared"))
            let none = try await application.send(.post, path, json: "{}")
            #expect(none.problem.hasPrefix("400 missing-member: ") && none["pointer"] == "/ids")
        }
    }
}

import Composition
import Domain
import HTTPTypes
import Services
import TestApplication
import Testing

/// Albums in bulk changes.
@Suite struct BulkAlbumRoutesTests {
    /// Sends a bulk change, and waits until its job has ended.
    private func change(_ body: String, _ application: TestApplication, token: String) async throws -> TestResponse {
        let asked = try await application.send(.post, "/v1/images/bulk", json: body, token: token)
        return asked.status == 202 ? try await application.finishedJob(asked["id"], token: token) : asked
    }

    private func undo(_ job: TestResponse, _ application: TestApplication, token: String) async throws -> TestResponse {
        let asked = try await application.send(.post, "/v1/jobs/\(job["id"].string ?? "")/undo", token: token)
        return asked.status == 202 ? try await application.finishedJob(asked["id"], token: token) : asked
    }

    private func failures(
        _ job: TestResponse, _ application: TestApplication, token: String
    ) async throws -> [String: String] {
        let page = try await application.get("/v1/jobs/\(job["id"].string ?? "")/failures", token: token)
        let entries = page["failures"].elements.map { ($0["id"].string ?? "", $0["reason"].string ?? "") }
        return Dictionary(uniqueKeysWithValues: entries)
    }

    private func upload(
        _ number: Int, _ query: String, _ application: TestApplication, token: String
    ) async throws -> String {
        let made = try await application.upload(TestPicture.png(width: 2 + number), query, token: token)
        return try #require(made["id"].string)
    }

    private func album(
        _ title: String, _ application: TestApplication, token: String, visibility: String = "private"
    ) async throws -> String {
        let body = #"{"title":"\#(title)","visibility":"\#(visibility)"}"#
        let made = try await application.send(.post, "/v1/albums", json: body, token: token)
        return try #require(made["id"].string)
    }

    private func images(
        of album: String, _ application: TestApplication, token: String?
    ) async throws -> [String] {
        try await application.get("/v1/albums/\(album)/images", token: token)["ids"].elements.compactMap(\.string)
    }

    private func list(_ ids: [String]) -> String { ids.map { "\"\($0)\"" }.joined(separator: ",") }

    @Test func `images go into albums in their order, and back to where they were`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let (rome, oslo) = (
                try await album("Rome", application, token: ada), try await album("Oslo", application, token: ada)
            )
            var ids: [String] = []
            for number in 0..<5 { ids.append(try await upload(number, "?tags=sea", application, token: ada)) }
            _ = try await application.send(
                .post, "/v1/albums/\(rome)/images", json: #"{"ids":[\#(list([ids[3], ids[0], ids[4]]))]}"#, token: ada)
            let wanted = [ids[4], ids[2], ids[0], ids[1]]
            let job = try await change(
                """
                {"ids": [\(list(wanted))], "add_tags": ["x"], "add_to_albums": ["\(oslo)"],
                 "remove_from_albums": ["\(rome)"]}
                """, application, token: ada)
            #expect(job["progress"] == ["total": 4, "done": 4, "failed": 0])
            #expect(try await images(of: oslo, application, token: ada) == wanted)
            #expect(try await images(of: rome, application, token: ada) == [ids[3]])
            // One was removed by hand, and one moved: its place in the album does not matter.
            _ = try await application.send(.delete, "/v1/albums/\(oslo)/images/\(ids[2])", token: ada)
            _ = try await application.send(
                .post, "/v1/albums/\(oslo)/images/\(ids[1])/move", json: #"{"before":"\#(ids[4])"}"#, token: ada)
            let undone = try await undo(job, application, token: ada)
            #expect(undone["progress"] == ["total": 4, "done": 4, "failed": 0])
            #expect(try await images(of: oslo, application, token: ada) == [])
            #expect(try await images(of: rome, application, token: ada) == [ids[3], ids[0], ids[4]])
            #expect(try await application.get("/v1/images/\(ids[1])", token: ada)["tags"] == ["sea"])
            let redone = try await undo(undone, application, token: ada)
            #expect(redone["progress", "failed"] == 0)
            #expect(try await Set(images(of: oslo, application, token: ada)) == [ids[4], ids[0], ids[1]])
            #expect(try await images(of: rome, application, token: ada) == [ids[3]])
        }
    }

    @Test func `what somebody has put back or in since stays`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let rome = try await album("Rome", application, token: ada)
            let (first, second) = (
                try await upload(0, "", application, token: ada), try await upload(1, "", application, token: ada)
            )
            let path = "/v1/albums/\(rome)/images"
            _ = try await application.send(.post, path, json: #"{"ids":["\#(first)"]}"#, token: ada)
            let body = #"{"ids":[\#(list([first, second]))],"add_to_albums":["\#(rome)"]}"#
            let added = try await change(body, application, token: ada)
            _ = try await application.send(.delete, path + "/\(second)", token: ada)
            _ = try await application.send(.post, path, json: #"{"ids":["\#(second)"]}"#, token: ada)
            // The first was there before, and the second was added by another request.
            #expect(try await undo(added, application, token: ada)["progress", "total"] == 1)
            #expect(try await images(of: rome, application, token: ada) == [first, second])
        }
    }

    @Test func `albums get what their roles allow, and the others are listed`() async throws {
        try await TestApplication.runWithAccounts { application in
            let (ada, bob) = (try await application.token(of: "ada"), try await application.token(of: "bob"))
            let rome = try await album("Rome", application, token: ada)
            let own = try await upload(0, "?visibility=public", application, token: bob)
            let shown = try await upload(1, "?visibility=public", application, token: ada)
            let hidden = try await upload(2, "", application, token: ada)
            let unknown = ImageID().description
            let ids = [own, shown, hidden, unknown]
            let body = #"{"ids":[\#(list(ids))],"add_to_albums":["\#(rome)"]}"#
            #expect(try await change(body, application, token: bob).problem == "404 not-found: There is no such album.")
            func setRole(_ role: String) async throws {
                _ = try await application.send(
                    .put, "/v1/albums/\(rome)/members/bob", json: #"{"role":"\#(role)"}"#, token: ada)
            }
            try await setRole("viewer")
            #expect(try await change(body, application, token: bob).problem.hasPrefix("403 forbidden: "))
            try await setRole("contributor")
            let contributed = try await change(body, application, token: bob)
            #expect(contributed["progress"] == ["total": 4, "done": 1, "failed": 3])
            #expect(
                try await failures(contributed, application, token: bob)
                    == [shown: "forbidden", hidden: "not-found", unknown: "not-found"])
            try await setRole("manager")
            let managed = try await change(body, application, token: bob)
            #expect(managed["progress"] == ["total": 4, "done": 2, "failed": 2])
            #expect(try await images(of: rome, application, token: ada) == [own, shown])
            // An edit of the image itself needs its owner; nothing of the edit is done then.
            let edited = try await change(
                #"{"ids":[\#(list([own, shown]))],"rating":1,"remove_from_albums":["\#(rome)"]}"#
                    .replacing(#""rating":1"#, with: #""add_tags":["x"]"#), application, token: bob)
            #expect(try await failures(edited, application, token: bob) == [shown: "forbidden"])
            #expect(try await images(of: rome, application, token: ada) == [shown])
            try await setRole("contributor")
            let removal = #"{"ids":[\#(list(ids))],"remove_from_albums":["\#(rome)"]}"#
            // It has added the image, as a manager.
            let removed = try await change(removal, application, token: bob)
            #expect(
                try await failures(removed, application, token: bob) == [hidden: "not-found", unknown: "not-found"])
            #expect(try await images(of: rome, application, token: ada) == [])
        }
    }

    @Test func `private images are shown only if that is said, and no more after they were hidden`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let rome = try await album("Rome", application, token: ada, visibility: "public")
            let (first, second) = (
                try await upload(0, "", application, token: ada), try await upload(1, "", application, token: ada)
            )
            let ids = list([first, second])
            let silent = try await change(
                #"{"ids":[\#(ids)],"add_to_albums":["\#(rome)"]}"#, application, token: ada)
            #expect(silent.problem.hasPrefix("409 shows-private-images: ") && silent["private_images"] == 2)
            let hiding = try await change(
                #"{"ids":[\#(ids)],"add_to_albums":["\#(rome)"],"share_private":false}"#, application, token: ada)
            #expect(hiding["progress", "done"] == 2)
            #expect(try await images(of: rome, application, token: nil) == [])
            let showing = try await change(
                #"{"ids":[\#(ids)],"add_to_albums":["\#(rome)"],"share_private":true}"#, application, token: ada)
            #expect(showing["progress", "done"] == 2)
            #expect(try await images(of: rome, application, token: nil) == [first, second])
            #expect(try await undo(showing, application, token: ada)["progress", "done"] == 2)
            #expect(try await images(of: rome, application, token: nil) == [], "hidden again")
            #expect(try await images(of: rome, application, token: ada) == [first, second])
            _ = try await change(
                #"{"ids":[\#(ids)],"add_to_albums":["\#(rome)"],"share_private":true}"#, application, token: ada)
            let removed = try await change(
                #"{"ids":[\#(ids)],"remove_from_albums":["\#(rome)"]}"#, application, token: ada)
            for visibility in ["public", "private"] {
                _ = try await application.send(
                    .patch, "/v1/images/\(second)", json: #"{"visibility":"\#(visibility)"}"#, token: ada)
            }
            #expect(
                try await undo(removed, application, token: ada)["progress"] == ["total": 2, "done": 2, "failed": 0])
            #expect(try await images(of: rome, application, token: ada) == [first, second])
            #expect(try await images(of: rome, application, token: nil) == [first], "the other was hidden since")
        }
    }

    @Test(arguments: [
        (
            #""add_to_albums": ["A"], "remove_from_albums": ["A"]"#, "400 bad-request: Images cannot be added",
            "/remove_from_albums"
        ),
        (#""add_to_albums": ["A", "A"]"#, "400 bad-request: At most 20 albums", "/add_to_albums"),
        (#""add_tags": ["x"], "share_private": true"#, "400 bad-request: 'share_private' is", "/share_private"),
        (#""trash": true, "add_to_albums": ["A"]"#, "400 invalid-member: ", "/trash"),
        (
            #""remove_from_albums": ["01900000-0000-7000-8000-000000000000"]"#,
            "404 not-found: There is no such album.", nil
        ),
    ])
    func `what makes no sense is refused as a whole`(_ edit: String, _ problem: String, _ pointer: String?) async throws
    {
        try await TestApplication.run { application in
            let made = try await application.send(.post, "/v1/albums", json: #"{"title":"A"}"#)
            let edit = edit.replacing(#""A""#, with: "\"\(made["id"].string ?? "")\"")
            let answer = try await application.send(.post, "/v1/images/bulk", json: "{\"ids\": [], \(edit)}")
            #expect(answer.problem.hasPrefix(problem), "\(answer.problem)")
            #expect(answer["pointer"].string == pointer)
        }
    }
}

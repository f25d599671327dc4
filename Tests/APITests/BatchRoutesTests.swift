import CatalogStorage
import Composition
import Domain
import Foundation
import HTTPTypes
import Services
import TestApplication
import Testing

@Suite struct BatchRoutesTests {
    /// An item as a machine sends it, as JSON.
    private static func item(_ bytes: [UInt8]?, _ members: String = "") -> String {
        var parts = bytes.map { [#""file":"\#(Data($0).base64EncodedString())""#] } ?? []
        if !members.isEmpty { parts.append(members) }
        return "{" + parts.joined(separator: ",") + "}"
    }

    private static func array(_ items: [String]) -> String { "[\(items.joined(separator: ","))]" }

    /// Waits until no item of a batch is pending.
    private static func finished(
        _ id: JSONValue, _ application: TestApplication, token: String? = nil
    ) async throws -> TestResponse {
        let path = "/v1/batches/\(id.string ?? "")"
        let deadline = ContinuousClock.now.advanced(by: .seconds(60))
        while true {
            let seen = application.assembly.jobs.changeCount
            let answer = try await application.get(path, token: token)
            if answer["state"] == "done" || answer.status != 200 || ContinuousClock.now > deadline { return answer }
            await application.assembly.jobs.waitForChange(after: seen, atMost: 1)
        }
    }

    /// A thread may hold the last reference to a file a moment longer than the request that has dropped it.
    private static func stagingBecomesEmpty(_ application: TestApplication) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(20))
        while try application.files(in: "staging") != [], ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(try application.files(in: "staging") == [])
    }

    @Test func `items become images with what their sender has said, and keep their paths`() async throws {
        try await TestApplication.run { application in
            let pictures = (1...3).map { TestPicture.png(seed: $0) }
            let members =
                #""timestamp":"2026-01-02T03:04:05","store_name":"Nord","camera_id":"c7","barcode":4006381,"lane":{"n":[2]}"#
            let body = Self.array([
                Self.item(pictures[0], members), Self.item(pictures[1]), Self.item(pictures[2]),
            ])
            let answer = try await application.send(
                .post, "/upload_image_batch?tags=till,door&visibility=public", json: body)
            #expect(answer.status == 202 && answer["items"].count == 3)
            let path = "/v1/batches/\(try #require(answer["id"].string))"
            #expect(answer.fields["Location"] == path)
            #expect(answer["links"] == ["self": .string(path), "events": .string(path + "/events")])
            for (index, picture) in pictures.enumerated() {
                let item = answer["items"][index]
                let name = try #require(item["id"].string)
                #expect(item["file_path"] == .string("uploads/\(name).jpg") && item["state"] == "pending")
                let file = try await application.get("/uploads/\(name).jpg")
                #expect(file.status == 200 && file.body == picture && file.fields["Content-Type"] == "image/png")
            }
            let done = try await Self.finished(answer["id"], application)
            #expect(done["progress"] == ["total": 3, "pending": 0, "ready": 3, "failed": 0])
            let first = done["items"][0]
            #expect(
                first.without("id", "file_path", "url", "image") == [
                    "timestamp": "2026-01-02T03:04:05", "store_name": "Nord", "camera_id": "c7", "barcode": 4006381,
                    "attributes": ["lane": ["n": [2]]], "state": "ready", "error": .null,
                ])
            let record = try await application.get("/v1/images/\(try #require(first["image"].string))")
            #expect(record["tags"] == ["till", "door"] && record["visibility"] == "public")
            #expect(
                record["attributes"]
                    == ["store_name": "Nord", "camera_id": "c7", "barcode": 4006381, "lane": ["n": [2]]])
            #expect(record["date_taken"] == "2026-01-02T03:04:05" && record["date_taken_source"] == "timestamp")
            let name = try #require(first["id"].string)
            #expect(try await application.get("/uploads/\(name).jpg").body == pictures[0])
            try await Self.stagingBecomesEmpty(application)
            let listed = try await application.get("/image_batches?page=1&per_page=5")
            #expect(listed["batches"][0].without("next") == done.json.without("next") && listed["total"] == 1)
        }
    }

    @Test func `items fail one by one, each with its reason`() async throws {
        try await TestApplication.run { application in
            let damaged = Array(TestPicture.png(seed: 9).dropLast(20))
            let items = [
                Self.item(TestPicture.png(seed: 1)), Self.item(Array("text".utf8)), Self.item([]), Self.item(nil),
                #"{"file":"AAAA!"}"#, #"{"file":7}"#, Self.item(damaged),
                Self.item(TestPicture.png(seed: 2), #""timestamp":"yesterday""#),
                Self.item(TestPicture.png(seed: 3), #""timestamp":5"#),
                Self.item(TestPicture.png(seed: 4), #""barcode":[1]"#),
                Self.item(TestPicture.png(seed: 5), #""x":"\#(String(repeating: "y", count: 70_000))""#),
                Self.item(TestPicture.png(seed: 6), #""timestamp":null,"store_name":null"#),
            ]
            let answer = try await application.send(.post, "/v1/batches", json: Self.array(items))
            #expect(answer.status == 202)
            let done = try await Self.finished(answer["id"], application)
            let errors = done["items"].elements.map { $0["error"].string ?? "" }
            let expected = [
                "", "This is plain text.", "The file is empty", "The item has no 'file'",
                "The base64 of 'file' cannot be read: it holds a character that base64 does not have, after 4",
                "The member 'file' must be text", "The file is cut off or damaged", "The 'timestamp' must be a date",
                "The member 'timestamp' must be text.", "The member 'barcode' must be text or a number.",
                "The attributes of an image may have at most 65536 bytes", "",
            ]
            for (error, beginning) in zip(errors, expected) {
                #expect(error.hasPrefix(beginning) && error.isEmpty == beginning.isEmpty, "\(error)")
            }
            #expect(done["progress"] == ["total": 12, "pending": 0, "ready": 2, "failed": 10])
            let failed = try #require(answer["items"][1]["id"].string)
            #expect(
                try await application.get("/uploads/\(failed).jpg").problem.hasPrefix("410 gone: The item has failed"))
            try await Self.stagingBecomesEmpty(application)
        }
    }

    @Test(arguments: [
        ("", "it is empty, after 0 bytes"), ("{}", "must be an array of objects"), ("[]", "The batch is empty"),
        ("[{}", "it ends before its array does, after 3 bytes"), ("[{},]", "an object must begin here, after 4"),
        (#"[{"a":1,"a":2}]"#, "The member 'a' may be given only once"), (#"[{"a":01}]"#, "of item 0 is not valid JSON"),
        (#"[{"a":"\#("\u{1}")"}]"#, "control character"), (#"[{"a":[1,]}]"#, "of item 0 is not valid JSON"),
        ("[{}]x", "something follows the array"),
    ])
    func `a body that is no array of objects is refused, and says where`(body: String, detail: String) async throws {
        try await TestApplication.run { application in
            let answer = try await application.send(.post, "/upload_image_batch", json: body)
            #expect(answer.status == 400 && answer.problem.contains(detail), "\(answer.problem)")
        }
    }

    @Test(arguments: [#"{"file":"AAAA"#, "{},]", "", #"{"file":null,"file":null}]"#])
    func `whole items before a mistake are not kept`(tail: String) async throws {
        try await TestApplication.run { application in
            let items = (1...3).map { Self.item(TestPicture.png(seed: $0)) }.joined(separator: ",")
            let body = "[\(items),\(tail)"
            let answer = try await application.send(.post, "/upload_image_batch", json: body)
            #expect(answer.status == 400)
            let position = body.utf8.count - (tail == "{},]" ? 1 : 0)
            let isRepeated = tail.hasSuffix("null}]")
            #expect(answer.problem.contains("after \(position) bytes") != isRepeated)
            #expect((answer["pointer"] == "/3/file") == isRepeated)
            #expect(try await application.get("/image_batches")["batches"] == [])
            #expect(try application.files(in: "original") == [])
            try await Self.stagingBecomesEmpty(application)
        }
    }

    @Test func `lines and forms are batches too`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let pictures = (1...4).map { TestPicture.png(seed: $0) }
            let lines = [Self.item(pictures[0], #""store_name":"a""#), Self.item(pictures[1])].joined(separator: "\n")
            let asLines = try await application.send(
                .post, "/v1/batches", ["Content-Type": "application/x-ndjson"], body: [Array(lines.utf8)])
            #expect(asLines.status == 202 && asLines["items"].count == 2)
            let form = TestForm().field("store_name", "b").field("item", #"{"barcode":"12","store_name":"c"}"#)
                .file(pictures[2], name: "x.png").file(pictures[3], name: "y.png").field("item", #"{"barcode":[]}"#)
                .file(pictures[3], name: "z.png").file(Array("text".utf8), name: "t.png")
            let asForm = try await application.send(
                .post, "/v1/batches", TestForm.fields, body: [form.bytes])
            #expect(asForm.status == 202)
            #expect(asForm["items"].elements.map { $0["state"] } == ["pending", "pending", "failed", "failed"])
            let items = try await application.get("/v1/batches/\(asForm["id"].string ?? "")")["items"].elements
            #expect(items.map { $0["store_name"] } == ["c", "b", "b", "b"])
            #expect(items.map { $0["barcode"] } == ["12", .null, .null, .null])
            let other = try await application.send(.post, "/v1/batches", ["Content-Type": "text/plain"], body: [[1]])
            #expect(other.status == 415)
            let unknown = try await application.send(.post, "/v1/batches?title=x", json: "[{}]")
            #expect(unknown.status == 400)
        }
    }

    @Test func `bytes that the owner has already become an item that points at that image`() async throws {
        try await TestApplication.run { application in
            let image = try await application.upload(TestPicture.png(), "?title=first")["id"]
            let body = Self.array([
                Self.item(TestPicture.png(), #""store_name":"Nord""#),
                Self.item(TestPicture.png(), #""store_name":"Süd""#),
            ])
            let answer = try await application.send(.post, "/upload_image_batch", json: body)
            let done = try await Self.finished(answer["id"], application)
            #expect(done["items"].elements.map { $0["image"] } == [image, image])
            #expect(done["items"].elements.map { $0["store_name"] } == ["Nord", "Süd"])
            #expect(try await application.get("/v1/images")["ids"] == [image])
            let record = try await application.get("/v1/images/\(image.string ?? "")")
            #expect(record["attributes"] == [:] && record["title"] == "first")
        }
    }

    @Test func `a batch that is sent twice with one key is one batch with the same answer`() async throws {
        try await TestApplication.run { application in
            let body = Self.array([Self.item(TestPicture.png()), Self.item(Array("text".utf8))])
            let key: HTTPFields = ["Idempotency-Key": "k-1"]
            func send(_ body: String, _ target: String = "/upload_image_batch") async throws -> TestResponse {
                try await application.send(.post, target, json: body, key)
            }
            let first = try await send(body)
            _ = try await Self.finished(first["id"], application)
            let again = try await send(body)
            #expect(again.status == 202 && again.body == first.body && again.fields["Location"] != nil)
            #expect(try await send(body + " ").problem.hasPrefix("422 idempotency-key-reused"))
            #expect(try await send(body, "/upload_image_batch?tags=x").status == 422)
            #expect(try await application.get("/image_batches")["total"] == 1)
            // A request that was refused can be sent again with its key.
            let other: HTTPFields = ["Idempotency-Key": "k-2"]
            #expect(try await application.send(.post, "/v1/batches", json: "[", other).status == 400)
            #expect(try await application.send(.post, "/v1/batches", json: body, other).status == 202)
            for key in ["", String(repeating: "k", count: 256)] {
                let refused = try await application.send(.post, "/v1/batches", json: body, ["Idempotency-Key": key])
                #expect(refused.status == 400)
            }
        }
    }

    @Test func `a second request with a key is refused while the first is under way`() async throws {
        try await TestApplication.run { application in
            let claim = try await application.assembly.repository.catalog.claim(
                .init(account: .root, text: "k"))
            #expect(claim == .granted)
            let answer = try await application.send(
                .post, "/v1/batches", json: Self.array([Self.item(TestPicture.png())]), ["Idempotency-Key": "k"])
            #expect(answer.problem.hasPrefix("409 conflict"))
        }
    }

    @Test func `batches and their files are their owner's`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let bob = try await application.token(of: "bob")
            let boss = try await application.token(of: "boss", role: .admin)
            let body = Self.array([Self.item(TestPicture.png())])
            let sent = try await application.send(.post, "/v1/batches", json: body, token: ada)
            let shown = try await application.send(
                .post, "/v1/batches?visibility=public", json: Self.array([Self.item(TestPicture.png(seed: 2))]),
                token: ada)
            for round in 1...2 {
                for (batch, isPublic) in [(sent, false), (shown, true)] {
                    let path = try #require(batch["links", "self"].string)
                    let file = try #require(batch["items"][0]["url"].string)
                    for (token, status) in [(ada, 200), (boss, 200), (bob, 404), (nil, 401)] as [(String?, Int)] {
                        #expect(try await application.get(path, token: token).status == status)
                        #expect(try await application.get(path + "/events", token: token).status == status)
                        let expected = status == 200 ? 200 : isPublic ? 403 : 404
                        #expect(try await application.get(file, token: token).status == expected, "\(round)")
                    }
                }
                _ = try await Self.finished(sent["id"], application, token: ada)
                _ = try await Self.finished(shown["id"], application, token: ada)
            }
            #expect(try await application.get("/image_batches", token: bob)["batches"] == [])
            #expect(try await application.get("/image_batches", token: ada)["batches"].count == 2)
            #expect(try await application.get("/image_batches", token: boss)["batches"].count == 2)
            #expect(try await application.get("/image_batches").status == 401)
            for path in ["/uploads/x.jpg", "/uploads/\(UUID()).jpg", "/uploads/\(UUID())"] {
                #expect(try await application.get(path, token: ada).status == 404)
            }
        }
    }

    @Test func `a token that may only upload follows its own batches, and nothing else`() async throws {
        try await TestApplication.runWithAccounts { application in
            let camera = try await application.token(of: "ada", scopes: [.upload])
            let other = try await application.token(of: "ada", scopes: [.upload])
            let body = Self.array([Self.item(TestPicture.png())])
            let sent = try await application.send(.post, "/upload_image_batch", json: body, token: camera)
            let path = try #require(sent["links", "self"].string)
            #expect(sent.status == 202)
            #expect(try await Self.finished(sent["id"], application, token: camera)["progress", "ready"] == 1)
            #expect(try await application.get(path, token: other).status == 404)
            let file = try #require(sent["items"][0]["url"].string)
            for target in [file, "/image_batches", "/v1/images"] {
                #expect(try await application.get(target, token: camera).status == 403)
            }
            let single = try await application.upload(TestPicture.png(seed: 4), token: camera)
            #expect(single.status == 201 && single["title"] == .null, "the record is not shown")
            let image = try #require(single["id"].string)
            for method in [HTTPMethod.patch, .delete] {
                let refused = try await application.send(method, "/v1/images/\(image)", json: "{}", token: camera)
                #expect(refused.status == 403)
            }
        }
    }

    @Test func `a token with a quota adds no more than that`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let bytes = TestPicture.png().count
            let made = try await application.send(
                .post, "/v1/tokens", json: #"{"name":"camera","scopes":["upload"],"quota_bytes":\#(bytes + 10)}"#,
                token: ada)
            let camera = try #require(made["token"].string)
            #expect(made["quota_bytes"] == .integer(Int64(bytes + 10)) && made["bytes_used"] == 0)
            #expect(try await application.upload(TestPicture.png(), token: camera).status == 201)
            #expect(try await application.upload(TestPicture.png(), token: camera).status == 200)
            let refused = try await application.upload(TestPicture.png(seed: 2), token: camera)
            #expect(refused.problem.hasPrefix("507 quota-exceeded: The token's quota leaves room for 10 bytes"))
            let batch = try await application.send(
                .post, "/v1/batches", json: Self.array([Self.item(TestPicture.png(seed: 3))]), token: camera)
            #expect(batch["items"][0]["error"] == "The token's quota leaves room for 10 bytes.")
            #expect(try await application.get("/v1/tokens", token: ada)["tokens"].count == 2)
            let none = try await application.send(
                .post, "/v1/tokens", json: #"{"name":"x","quota_bytes":0}"#, token: ada)
            #expect(none.status == 400)
        }
    }

    @Test(arguments: ["page=0", "per_page=0", "per_page=1000000000", "page=x", "page=1&cursor=x", "pages=1"])
    func `a page that there cannot be is refused`(query: String) async throws {
        try await TestApplication.run { application in
            let answer = try await application.get("/image_batches?\(query)")
            #expect(answer.status == 400)
        }
    }

    @Test func `the events of a batch end with it`() async throws {
        try await TestApplication.run { application in
            let body = Self.array([Self.item(TestPicture.png()), Self.item(nil)])
            let sent = try await application.send(.post, "/v1/batches", json: body)
            let events = try await application.get("/v1/batches/\(sent["id"].string ?? "")/events")
            let text = String(decoding: events.body, as: UTF8.self)
            #expect(text.contains("event: done\n"))
            #expect(
                text.hasSuffix("\n\n") && text.contains(#""progress":{"total":2,"pending":0,"ready":1,"failed":1}"#))
        }
    }
}

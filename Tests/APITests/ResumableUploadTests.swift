import Composition
import Crypto
import Domain
import Foundation
import HTTPServer
import HTTPTypes
import Services
import TestApplication
import Testing

/// Requests of tus 1.0, as its specification has them.
struct TusClient: Sendable {
    let application: TestApplication
    var token: String?

    static let version: HTTPFields = ["Tus-Resumable": "1.0.0"]

    func send(
        _ method: HTTPMethod, _ target: String, _ fields: HTTPFields = [:], body: [[UInt8]] = []
    ) async throws -> TestResponse {
        var all = Self.version
        for (name, value) in fields { all[name] = value }
        if !body.isEmpty, all["Content-Type"] == nil { all["Content-Type"] = "application/offset+octet-stream" }
        let answer = try await application.send(method, target, all, token: token, body: body)
        #expect(answer.fields["Tus-Resumable"] == "1.0.0", "\(method) \(target)")
        return answer
    }

    /// Begins an upload, and returns its address.
    func create(length: Int, _ fields: HTTPFields = [:]) async throws -> String {
        var all: HTTPFields = ["Upload-Length": "\(length)"]
        for (name, value) in fields { all[name] = value }
        let answer = try await send(.post, "/v1/uploads", all)
        #expect(answer.status == 201, "\(answer.text)")
        return try #require(answer.fields["Location"])
    }

    func patch(
        _ path: String, at offset: Int, _ bytes: some Sequence<UInt8>, _ fields: HTTPFields = [:]
    ) async throws -> TestResponse {
        var all: HTTPFields = ["Upload-Offset": "\(offset)", "Content-Type": "application/offset+octet-stream"]
        for (name, value) in fields { all[name] = value }
        let body = Array(bytes)
        return try await send(.patch, path, all, body: body.isEmpty ? [] : [body])
    }

    /// Where an upload goes on.
    func offset(of path: String) async throws -> String? {
        try await send(.head, path).fields["Upload-Offset"]
    }

    static func metadata(_ pairs: (String, String)...) -> String {
        pairs.map { "\($0.0) \(Data($0.1.utf8).base64EncodedString())" }.joined(separator: ",")
    }
}

@Suite struct ResumableUploadTests {
    private static func run(
        settings change: (inout ServerSettings) throws -> Void = { _ in },
        _ body: @escaping @Sendable (TusClient) async throws -> Void
    ) async throws {
        try await TestApplication.run(
            settings: { settings in
                settings.derivationTime = .never
                try change(&settings)
            }
        ) { try await body(TusClient(application: $0)) }
    }

    private static func image(_ answer: TestResponse, _ client: TusClient) async throws -> TestResponse {
        let id = try #require(answer.fields["Tintype-Image"])
        #expect(answer.fields["Content-Location"] == "/v1/images/\(id)")
        return try await client.application.get("/v1/images/\(id)", token: client.token)
    }

    @Test func `what the server can do is told without credentials`() async throws {
        try await Self.run { client in
            for path in ["/v1/uploads/", "/v1/uploads/\(UploadID())"] {
                let answer = try await client.application.send(.options, path)
                #expect(answer.status == 204 && answer.fields["Tus-Version"] == "1.0.0")
                #expect(answer.fields["Tus-Max-Size"] == (path == "/v1/uploads/" ? "\(1 << 30)" : nil))
                #expect(answer.fields["Tus-Checksum-Algorithm"] == "sha1,sha256")
                #expect(
                    answer.fields["Tus-Extension"]
                        == "creation,creation-with-upload,creation-defer-length,checksum,expiration,termination,concatenation"
                )
            }
        }
    }

    @Test func `an upload in several requests becomes an image`() async throws {
        try await Self.run { client in
            let bytes = TestPicture.png(seed: 1)
            let stated = TusClient.metadata(
                ("filename", "Meer.png"), ("filetype", "image/png"), ("tags", "sea,boat"), ("visibility", "public"),
                ("taken", "1999-08-11T12:30:00"))
            let begun = try await client.send(
                .post, "/v1/uploads/", ["Upload-Length": "\(bytes.count)", "Upload-Metadata": stated])
            #expect(begun.status == 201 && begun["state"] == "receiving" && begun.fields["Upload-Offset"] == "0")
            let path = try #require(begun.fields["Location"])
            #expect(begun["links", "self"] == .string(path))
            #expect(HTTPDate.parse(try #require(begun.fields["Upload-Expires"])) != nil)

            let first = try await client.patch(path, at: 0, bytes[..<100])
            #expect(first.status == 204 && first.fields["Upload-Offset"] == "100" && first.body.isEmpty)
            #expect(first.fields["Tintype-Image"] == nil && first.fields["Upload-Expires"] != nil)
            let head = try await client.send(.head, path)
            #expect(head.status == 200 && head.fields["Upload-Offset"] == "100")
            #expect(head.fields["Upload-Length"] == "\(bytes.count)" && head.fields["Upload-Metadata"] == stated)
            #expect(head.fields["Cache-Control"] == "no-store")
            let listed = try await client.application.get("/v1/uploads")
            #expect(listed["uploads"].count == 1 && listed["uploads", 0, "offset"] == 100)

            let last = try await client.patch(path, at: 100, bytes[100...])
            #expect(last.status == 204 && last.fields["Upload-Offset"] == "\(bytes.count)")
            #expect(last.fields["Tintype-Duplicate"] == "false")
            let record = try await Self.image(last, client)
            #expect(record["title"] == "Meer" && record["tags"] == ["sea", "boat"])
            #expect(record["visibility"] == "public" && record["date_taken"] == "1999-08-11T12:30:00")
            let id = record["id"].string ?? ""
            #expect(try await client.application.get("/v1/images/\(id)/original").body == bytes)
            #expect(try await client.application.nothingIsStaged())
            #expect(try await client.application.get("/v1/uploads")["uploads"] == [])

            // It goes on saying so, also to a client that has not got the answer.
            let again = try await client.send(.head, path)
            #expect(again.fields["Upload-Offset"] == "\(bytes.count)" && again.fields["Tintype-Image"] == id)
            let shown = try await client.application.get(path)
            #expect(shown["state"] == "done" && shown["image"] == .string(id) && shown["duplicate"] == false)
            let repeated = try await client.patch(path, at: bytes.count, [])
            #expect(repeated.status == 204 && repeated.fields["Tintype-Image"] == id)
            let late = try await client.patch(path, at: 100, bytes[100...])
            #expect(late.problem == "409 upload-ended: The upload has ended: it is the image \(id).")
            #expect(late.fields["Upload-Offset"] == "\(bytes.count)" && late.fields["Tintype-Image"] == id)
        }
    }

    @Test func `one request can send all of it, or only a beginning`() async throws {
        try await Self.run { client in
            let bytes = TestPicture.png(seed: 2)
            let fields: HTTPFields = ["Upload-Length": "\(bytes.count)"]
            let whole = try await client.send(.post, "/v1/uploads", fields, body: [bytes])
            #expect(whole.status == 201 && whole.fields["Upload-Offset"] == "\(bytes.count)")
            #expect(whole["state"] == "done" && whole["duplicate"] == false)
            #expect(whole.fields["Tintype-Image"] == whole["image"].string)

            let begun = try await client.send(.post, "/v1/uploads", fields, body: [Array(bytes[..<50])])
            let path = try #require(begun.fields["Location"])
            #expect(begun.status == 201 && begun.fields["Upload-Offset"] == "50")
            let rest = try await client.patch(path, at: 50, bytes[50...])
            #expect(rest.status == 204 && rest.fields["Tintype-Duplicate"] == "true")
            #expect(rest.fields["Tintype-Image"] == whole.fields["Tintype-Image"])
            #expect(try await client.application.nothingIsStaged())
        }
    }

    @Test func `the length can be told later, and only once`() async throws {
        try await Self.run { client in
            let bytes = TestPicture.png(seed: 3)
            let begun = try await client.send(.post, "/v1/uploads", ["Upload-Defer-Length": "1"])
            let path = try #require(begun.fields["Location"])
            #expect(try await client.patch(path, at: 0, bytes[..<10]).status == 204)
            let head = try await client.send(.head, path)
            #expect(head.fields["Upload-Defer-Length"] == "1" && head.fields["Upload-Length"] == nil)
            let short = try await client.patch(path, at: 10, bytes[10..<20], ["Upload-Length": "9"])
            #expect(short.problem == "400 bad-request: The upload has 10 bytes already, more than 9.")
            let told = try await client.patch(path, at: 10, bytes[10..<20], ["Upload-Length": "\(bytes.count)"])
            #expect(told.status == 204)
            #expect(try await client.send(.head, path).fields["Upload-Length"] == "\(bytes.count)")
            let other = try await client.patch(path, at: 20, bytes[20...], ["Upload-Length": "77"])
            #expect(other.problem == "400 bad-request: The upload has the length \(bytes.count), which cannot change.")
            #expect(try await client.patch(path, at: 20, bytes[20...]).fields["Tintype-Image"] != nil)
        }
    }

    @Test func `requests that make no sense are refused, and change nothing`() async throws {
        try await Self.run { client in
            let bytes = TestPicture.png(seed: 4)
            let path = try await client.create(length: bytes.count)
            #expect(try await client.patch(path, at: 0, bytes[..<100]).status == 204)

            for version in ["0.2.2", nil] {
                var fields: HTTPFields = ["Content-Type": "application/offset+octet-stream", "Upload-Offset": "100"]
                fields["Tus-Resumable"] = version
                let answer = try await client.application.send(.patch, path, fields, body: [bytes])
                #expect(answer.problem.hasPrefix("412 unsupported-tus-version: "))
                #expect(answer.fields["Tus-Version"] == "1.0.0")
            }
            let wrong = try await client.patch(path, at: 90, bytes[90...])
            #expect(
                wrong.problem
                    == "409 offset-mismatch: The upload has 100 bytes, and these belong at 90: go on from there.")
            #expect(wrong.fields["Upload-Offset"] == "100")
            let type = try await client.patch(path, at: 100, bytes[100...], ["Content-Type": "image/png"])
            #expect(type.problem.hasPrefix("415 unsupported-media-type: "))
            let long = try await client.patch(path, at: 100, bytes)
            #expect(
                long.problem
                    == "413 content-too-large: The upload has \(bytes.count) bytes: these are more than are left of it."
            )
            for offset in ["-1", "a", "1.5", "", "99999999999999999999"] {
                let answer = try await client.patch(path, at: 0, bytes, ["Upload-Offset": offset])
                #expect(
                    answer.problem.hasPrefix("400 bad-request: Upload-Offset must be a number of bytes"), "\(offset)")
            }
            let missing = try await client.send(.patch, path, ["Content-Type": "application/offset+octet-stream"])
            #expect(missing.problem.hasPrefix("400 bad-request: The request lacks Upload-Offset"))
            let unknown = try await client.patch("/v1/uploads/\(UploadID())", at: 0, bytes)
            #expect(unknown.problem == "404 not-found: There is no such upload.")
            #expect(try await client.send(.head, "/v1/uploads/x").problem.hasPrefix("400 malformed-id: "))
            let override = try await client.send(.post, path)
            #expect(override.problem.hasPrefix("405 method-not-allowed: "))
            let unknownMethod = try await client.send(.post, path, ["X-HTTP-Method-Override": "PUT"])
            #expect(
                unknownMethod.problem == "400 bad-request: X-HTTP-Method-Override is PATCH, DELETE or HEAD, not 'PUT'.")
            #expect(try await client.offset(of: path) == "100")
        }
    }

    @Test func `an upload that cannot begin is refused with the reason`() async throws {
        try await Self.run(settings: { $0.listener.limits.bodyBytes = 1000 }) { client in
            func problem(_ fields: HTTPFields, body: [[UInt8]] = []) async throws -> String {
                try await client.send(.post, "/v1/uploads", fields, body: body).problem
            }
            let either = "400 bad-request: Send either Upload-Length"
            #expect(try await problem([:]).hasPrefix(either))
            #expect(try await problem(["Upload-Length": "1", "Upload-Defer-Length": "1"]).hasPrefix(either))
            #expect(try await problem(["Upload-Defer-Length": "2"]).hasPrefix("400 bad-request: Upload-Defer-Length"))
            #expect(
                try await problem(["Upload-Length": "0"])
                    == "400 bad-request: The file is empty: there is no image to keep.")
            #expect(
                try await problem(["Upload-Length": "1001"])
                    == "413 content-too-large: An image may have at most 1000 bytes.")
            let typed: HTTPFields = ["Upload-Length": "10", "Content-Type": "image/png"]
            #expect(try await problem(typed, body: [[1]]).hasPrefix("415 unsupported-media-type: "))
            for (stated, reason) in [
                ("colour cmVk", "There is no key 'colour' in Upload-Metadata; there are: "),
                ("title a b", "Upload-Metadata has a key and a value in base64"),
                ("title YQ==,", "Upload-Metadata has a key and a value in base64"),
                ("title !", "The value of 'title' in Upload-Metadata must be UTF-8 text in base64."),
                ("title /w==", "The value of 'title' in Upload-Metadata must be UTF-8 text in base64."),
                ("title YQ==,title YQ==", "Upload-Metadata has the key 'title' twice."),
                (TusClient.metadata(("visibility", "secret")), "The field 'visibility' must be public or private"),
                (TusClient.metadata(("taken", "gestern")), "'taken' in Upload-Metadata must be a date and a time"),
                (TusClient.metadata(("digest", "abc")), "'digest' in Upload-Metadata must be the SHA-256"),
                (TusClient.metadata(("title", String(repeating: "x", count: 501))), "A title may have at most 500"),
            ] {
                let answer = try await problem(["Upload-Length": "10", "Upload-Metadata": stated])
                #expect(answer.hasPrefix("400 bad-request: \(reason)"), "\(answer)")
            }
            // What clients send by themselves is accepted.
            let usual = TusClient.metadata(
                ("name", "a.png"), ("type", ""), ("relativePath", "null"), ("path", "x/a.png"), ("batch", "7"))
            #expect(try await client.create(length: 10, ["Upload-Metadata": usual + ",filetype"]) != "")
            #expect(try await client.application.get("/v1/uploads")["uploads"].count == 1)
        }
    }

    @Test func `bytes that cannot become an image end the upload, which says why`() async throws {
        try await Self.run { client in
            let text = Array("Plain text, and no image at all.".utf8)
            let path = try await client.create(length: text.count)
            let answer = try await client.patch(path, at: 0, text)
            #expect(answer.problem.hasPrefix("415 unsupported-format: This is plain text."))
            let head = try await client.send(.head, path)
            #expect(head.status == 200 && head.fields["Tintype-Problem"] == "/problems/unsupported-format")
            let shown = try await client.application.get(path)
            #expect(shown["state"] == "failed" && shown["problem", "status"] == 415)
            #expect(try await client.patch(path, at: text.count, []).problem == answer.problem)

            // The beginning is enough.
            let long = try await client.create(length: 100_000)
            let early = try await client.patch(long, at: 0, [UInt8](repeating: 65, count: 70_000))
            #expect(early.problem.hasPrefix("415 unsupported-format: "))
            let cut = Array(TestPicture.png(seed: 5).dropLast(20))
            let damaged = try await client.send(.post, "/v1/uploads", ["Upload-Length": "\(cut.count)"], body: [cut])
            #expect(damaged.problem.hasPrefix("422 damaged-image: The file is cut off or damaged"))
            let whole = TestPicture.png(seed: 5)
            let other = try await client.create(
                length: whole.count,
                ["Upload-Metadata": TusClient.metadata(("digest", String(repeating: "0", count: 64)))])
            #expect(try await client.patch(other, at: 0, whole).problem.hasPrefix("400 digest-mismatch: "))
            #expect(try await client.application.nothingIsStaged())
        }
    }

    @Test func `a checksum that does not fit takes back what came with it`() async throws {
        try await Self.run { client in
            let bytes = TestPicture.png(seed: 6)
            func checksum(_ algorithm: StreamDigest.Algorithm, _ piece: [UInt8]) throws -> String {
                let digest = try StreamDigest(algorithm)
                try digest.update(piece)
                return Data(try digest.finish()).base64EncodedString()
            }
            let (first, second, rest) = (Array(bytes[..<100]), Array(bytes[100..<200]), Array(bytes[200...]))
            let path = try await client.create(length: bytes.count)
            let good = try await client.patch(
                path, at: 0, first, ["Upload-Checksum": "sha1 \(try checksum(.sha1, first))"])
            #expect(good.status == 204)
            let bad = try await client.patch(
                path, at: 100, second, ["Upload-Checksum": "sha256 \(try checksum(.sha256, first))"])
            #expect(bad.status == 460 && bad["type"] == "/problems/checksum-mismatch")
            #expect(bad["title"] == "Checksum Mismatch")
            #expect(try await client.offset(of: path) == "100")
            for text in ["md5 rL0Y20zC+Fzt72VPzMSk2A==", "sha1", "sha1 !", "sha1 YQ=="] {
                let answer = try await client.patch(path, at: 100, second, ["Upload-Checksum": text])
                #expect(answer.problem.hasPrefix("400 bad-request: Upload-Checksum must be sha1 or sha256"), "\(text)")
            }
            let digest = "sha-256=:\(try checksum(.sha256, first)):"
            let field = try await client.patch(path, at: 100, second, ["Content-Digest": digest])
            #expect(field.problem.hasPrefix("400 digest-mismatch: "))
            #expect(try await client.offset(of: path) == "100")
            #expect(try await client.patch(path, at: 100, second).status == 204)
            let last = try await client.patch(
                path, at: 200, rest, ["Upload-Checksum": "sha256 \(try checksum(.sha256, rest))"])
            let id = try #require(last.fields["Tintype-Image"])
            #expect(try await client.application.get("/v1/images/\(id)/original").body == bytes)
            let creation = try await client.send(
                .post, "/v1/uploads",
                ["Upload-Length": "\(bytes.count)", "Upload-Checksum": "sha1 \(try checksum(.sha1, first))"],
                body: [second])
            #expect(creation.status == 460)
            #expect(try await client.offset(of: try #require(creation.fields["Location"])) == "0")
        }
    }

    @Test func `an upload can be removed, and methods named in a field`() async throws {
        try await Self.run { client in
            let bytes = TestPicture.png(seed: 7)
            let path = try await client.create(length: bytes.count)
            let patched = try await client.send(
                .post, path,
                [
                    "X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0",
                    "Content-Type": "application/offset+octet-stream",
                ], body: [Array(bytes[..<30])])
            #expect(patched.status == 204 && patched.fields["Upload-Offset"] == "30")
            #expect(try await client.send(.post, path, ["X-HTTP-Method-Override": "DELETE"]).status == 204)
            #expect(try await client.application.nothingIsStaged())
            #expect(try await client.send(.head, path).status == 404)
            #expect(try await client.send(.delete, path).problem == "404 not-found: There is no such upload.")

            // The image of an upload stays.
            let whole = try await client.send(.post, "/v1/uploads", ["Upload-Length": "\(bytes.count)"], body: [bytes])
            #expect(try await client.send(.delete, try #require(whole.fields["Location"])).status == 204)
            #expect(try await Self.image(whole, client).status == 200)
        }
    }

    @Test func `parts are put together in their order`() async throws {
        try await Self.run { client in
            let bytes = TestPicture.png(width: 200, height: 100, seed: 8)
            let pieces = [Array(bytes[..<1000]), [], Array(bytes[1000..<5000]), Array(bytes[5000...])]
            var parts: [String] = []
            for piece in pieces {
                let path = try await client.create(length: piece.count, ["Upload-Concat": "partial"])
                if !piece.isEmpty { #expect(try await client.patch(path, at: 0, piece).status == 204) }
                #expect(try await client.send(.head, path).fields["Upload-Concat"] == "partial")
                parts.append(path)
            }
            let addresses = ["http://localhost:5000" + parts[0]] + parts[1...]
            let stated = TusClient.metadata(("filename", "zusammen.png"))
            let answer = try await client.send(
                .post, "/v1/uploads",
                ["Upload-Concat": "final;" + addresses.joined(separator: " "), "Upload-Metadata": stated])
            #expect(answer.status == 201 && answer["kind"] == "final" && answer["state"] == "done")
            let record = try await Self.image(answer, client)
            #expect(record["title"] == "zusammen" && record["bytes"] == .integer(Int64(bytes.count)))
            let original = try await client.application.get("/v1/images/\(record["id"].string ?? "")/original")
            #expect(original.body == bytes)
            let path = try #require(answer.fields["Location"])
            let head = try await client.send(.head, path)
            #expect(head.fields["Upload-Concat"] == "final;" + parts.joined(separator: " "))
            #expect(
                head.fields["Upload-Offset"] == "\(bytes.count)" && head.fields["Upload-Length"] == "\(bytes.count)")
            let added = try await client.patch(path, at: bytes.count, [1])
            #expect(added.problem.hasPrefix("403 forbidden: The upload is put together from parts"))
            // Parts may be used again, for a while.
            let again = try await client.send(
                .post, "/v1/uploads", ["Upload-Concat": "final;" + parts.joined(separator: " ")])
            #expect(again.fields["Tintype-Duplicate"] == "true")
            #expect(again.fields["Tintype-Image"] == answer.fields["Tintype-Image"])
        }
    }

    @Test func `only finished parts of the same account are put together`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = TusClient(application: application, token: try await application.token(of: "ada"))
            let bob = TusClient(application: application, token: try await application.token(of: "bob"))
            let own = try await ada.create(length: 10, ["Upload-Concat": "partial"])
            let foreign = try await bob.create(length: 1, ["Upload-Concat": "partial"])
            #expect(try await bob.patch(foreign, at: 0, [1]).status == 204)
            let whole = try await ada.create(length: 10)
            func problem(_ text: String, _ fields: HTTPFields = [:]) async throws -> String {
                var all: HTTPFields = ["Upload-Concat": text]
                for (name, value) in fields { all[name] = value }
                return try await ada.send(.post, "/v1/uploads", all).problem
            }
            #expect(try await problem("final;" + own).hasPrefix("409 upload-unfinished: "))
            let unknown = "/v1/uploads/\(UploadID())"
            for path in [foreign, unknown] {
                let id = path.split(separator: "/").last.map(String.init) ?? ""
                #expect(
                    try await problem("final;" + path)
                        == "400 bad-request: There is no upload \(id) that could be a part.")
            }
            #expect(try await problem("final;" + whole).hasSuffix("was not begun as a part."))
            #expect(try await problem("final;").hasPrefix("400 bad-request: A final upload needs"))
            #expect(try await problem("both").hasPrefix("400 bad-request: Upload-Concat is 'partial', or"))
            #expect(try await problem("final;/v1/images/1").hasSuffix("is not the address of an upload."))
            #expect(
                try await problem("final;" + own, ["Upload-Length": "1"]).hasPrefix(
                    "400 bad-request: A final upload has the length"))
        }
    }

    @Test func `another account, and a token that may only upload, know of no upload but their own`() async throws {
        try await TestApplication.runWithAccounts { application in
            let bytes = TestPicture.png(seed: 9)
            let ada = TusClient(application: application, token: try await application.token(of: "ada"))
            let sender = TusClient(
                application: application, token: try await application.token(of: "ada", scopes: [.upload]))
            let bob = TusClient(application: application, token: try await application.token(of: "bob", role: .admin))
            let path = try await ada.create(length: bytes.count)
            let none = "404 not-found: There is no such upload."
            for other in [bob, sender] {
                #expect(try await other.send(.head, path).problem == none)
                #expect(try await other.patch(path, at: 0, bytes).problem == none)
                #expect(try await other.send(.delete, path).problem == none)
                #expect(try await application.get(path, token: other.token).problem == none)
                #expect(try await application.get("/v1/uploads", token: other.token)["uploads"] == [])
            }
            let own = try await sender.create(length: bytes.count)
            #expect(try await sender.patch(own, at: 0, bytes[..<9]).status == 204)
            #expect(try await application.get("/v1/uploads", token: sender.token)["uploads"].count == 1)
            let last = try await sender.patch(own, at: 9, bytes[9...])
            #expect(last.status == 204 && last.fields["Tintype-Image"] != nil)
            #expect(try await application.get(path, token: ada.token)["offset"] == 0)
        }
    }

    @Test func `quotas hold when an upload begins, and when its length is told`() async throws {
        try await TestApplication.runWithAccounts { application in
            let client = TusClient(
                application: application, token: try await application.token(of: "ada", quotaBytes: 1000))
            let first = try await client.create(length: 600)
            let refused = try await client.send(.post, "/v1/uploads", ["Upload-Length": "600"])
            #expect(refused.problem.hasPrefix("507 quota-exceeded: "))
            #expect(refused["bytes_left"] == 400)
            let begun = try await client.send(.post, "/v1/uploads", ["Upload-Defer-Length": "1"])
            let path = try #require(begun.fields["Location"])
            let many = try await client.patch(path, at: 0, TestPicture.png()[..<401])
            #expect(many.problem.hasPrefix("507 quota-exceeded: ") && many["bytes_left"] == 400)
            let told = try await client.patch(path, at: 0, [1], ["Upload-Length": "500"])
            #expect(told.problem.hasPrefix("507 quota-exceeded: "))
            #expect(try await client.send(.delete, first).status == 204)
            let accepted = try await client.patch(path, at: 0, [1], ["Upload-Length": "500"])
            #expect(accepted.status == 204 && accepted.fields["Upload-Offset"] == "1")
        }
    }

    @Test func `an account may have so many uploads under way`() async throws {
        try await Self.run(settings: { $0.uploads.underWay = 2 }) { client in
            let first = try await client.create(length: 10)
            _ = try await client.create(length: 10)
            let third = try await client.send(.post, "/v1/uploads", ["Upload-Length": "10"])
            #expect(third.problem.hasPrefix("429 too-many-uploads: "))
            #expect(try await client.send(.delete, first).status == 204)
            _ = try await client.create(length: 10)
        }
    }

    @Test func `an upload that is not continued expires, and its bytes are removed`() async throws {
        try await Self.run { client in
            let path = try await client.create(length: 1000)
            #expect(try await client.patch(path, at: 0, TestPicture.png()[..<500]).status == 204)
            let uploads = client.application.assembly.uploads
            #expect(try await uploads.giveUp() == 0)
            #expect(try await uploads.giveUp(expiredBefore: Timestamp.now.advanced(bySeconds: 8 * 86_400)) == 1)
            #expect(try client.application.files(in: "staging") == [])
            for method in [HTTPMethod.head, .delete, .get] {
                let answer = try await client.send(method, path)
                #expect(
                    answer.problem
                        == "410 upload-expired: The upload was not continued in time, and was given up: begin another one."
                )
            }
            #expect(try await client.patch(path, at: 500, [1]).problem.hasPrefix("410 upload-expired: "))
            // After another week, nothing is known of it.
            #expect(try await uploads.giveUp(expiredBefore: Timestamp.now.advanced(bySeconds: 15 * 86_400)) == 0)
            #expect(try await client.send(.head, path).status == 404)
        }
    }

    @Test func `what is under way outlives a restart`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "uploads-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let bytes = TestPicture.png(width: 100, height: 90, seed: 10)
        let path = try await TestApplication.run(in: folder) { application in
            let client = TusClient(application: application)
            let path = try await client.create(length: bytes.count)
            #expect(try await client.patch(path, at: 0, bytes[..<7000]).status == 204)
            return path
        }
        try await TestApplication.run(in: folder) { application in
            let client = TusClient(application: application)
            #expect(try await client.offset(of: path) == "7000")
            let last = try await client.patch(path, at: 7000, bytes[7000...])
            let id = try #require(last.fields["Tintype-Image"])
            #expect(try await application.get("/v1/images/\(id)/original").body == bytes)
        }
    }

    @Test func `pages of other origins may use the protocol if they may use the API`() async throws {
        try await Self.run(settings: { $0.origins = ["https://example.org"] }) { client in
            let preflight = try await client.application.send(
                .options, "/v1/uploads/\(UploadID())",
                ["Origin": "https://example.org", "Access-Control-Request-Method": "PATCH"])
            let allowed = preflight.fields["Access-Control-Allow-Headers"] ?? ""
            for field in ["Tus-Resumable", "Upload-Offset", "Upload-Length", "Upload-Metadata", "Upload-Checksum"] {
                #expect(allowed.contains(field))
            }
            #expect(preflight.fields["Access-Control-Allow-Methods"]?.contains("PATCH") == true)
            let answer = try await client.send(
                .post, "/v1/uploads", ["Origin": "https://example.org", "Upload-Length": "5"])
            let exposed = answer.fields["Access-Control-Expose-Headers"] ?? ""
            for field in ["Location", "Upload-Offset", "Tus-Resumable", "Upload-Expires", "Tintype-Image"] {
                #expect(exposed.contains(field))
            }
        }
    }
}

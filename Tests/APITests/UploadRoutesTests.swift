import Composition
import Crypto
import Domain
import Foundation
import HTTPServer
import HTTPTypes
import Imaging
import Services
import TestApplication
import Testing

@Suite struct UploadRoutesTests {
    @Test func `a bare body becomes an image with a record`() async throws {
        try await TestApplication.run { application in
            let query = "?name=lake.png&description=d&tags=sea,boat&tags=summer&visibility=public"
            let answer = try await application.upload(TestPicture.png(), query)
            #expect(answer.status == 201)
            let id = try #require(answer["id"].string)
            #expect(answer.fields["Location"] == "/v1/images/\(id)")
            let expected: JSONValue = [
                "duplicate": false, "title": "lake", "description": "d", "tags": ["sea", "boat", "summer"],
                "attributes": [:], "visibility": "public", "owner": "root", "format": "png", "width": 64, "height": 48,
                "frames": 1, "bytes": .integer(Int64(TestPicture.png().count)), "date_taken": .null,
                "date_taken_source": .null, "date_precision": .null, "place": .null, "colour": .null,
                "state": "pending", "version": 1, "file_name": "lake.png", "creator": .null, "rights": .null,
                "rating": .null, "public_original": .null, "public_place": .null, "external_id": .null,
                "rotation": ["degrees": 0, "mirrored": false],
            ]
            #expect(answer.json.without("id", "digest", "date_added", "date_modified", "job", "links") == expected)
            let job = try #require(answer["job"].string)
            #expect(answer["links", "job"] == .string("/v1/jobs/\(job)"))
            let record = try await application.get("/v1/images/\(id)")
            #expect(record["job"] == .null && record["links", "job"] == .null)
            let version = (answer["digest"].string ?? "").prefix(12)
            #expect(answer["links", "full_size"] == "/v1/images/\(id)/full-size?v=\(version)")
            let original = try await application.get("/v1/images/\(id)/original")
            #expect(original.status == 200 && original.body == TestPicture.png())
        }
    }

    @Test func `the same bytes are a duplicate for their owner, and new for another account`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let bob = try await application.token(of: "bob")
            let first = try await application.upload(TestPicture.png(), token: ada)
            let second = try await application.upload(TestPicture.png(), "?title=other", token: ada)
            #expect(second.status == 200 && second["duplicate"] == true && second["id"] == first["id"])
            #expect(second["title"] == "", "the record of the first stays as it is")
            let others = try await application.upload(TestPicture.png(), token: bob)
            #expect(others.status == 201 && others["duplicate"] == false && others["id"] != first["id"])
            #expect(try await application.get("/v1/images", token: ada)["ids"] == [first["id"]])
        }
    }

    @Test func `a field of a form applies to every file, wherever it is`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let form = TestForm().file(TestPicture.png(seed: 1), name: "a/one.png")
                .field("tags", "sea, boat").file(Array("text".utf8), name: "two.png")
                .field("title", "").file(TestPicture.png(seed: 3), name: "three.png", field: "other")
                .field("attributes", #"{"k":[1]}"#)
            let answer = try await application.send(form, "?verify=true", pieces: 7)
            #expect(answer.status == 201 && answer["images"].count == 3)
            #expect(answer["images", 0, "title"] == "one" && answer["images", 2, "title"] == "three")
            for index in [0, 2] {
                #expect(answer["images", index, "tags"] == ["sea", "boat"])
                #expect(answer["images", index, "attributes"] == ["k": [1]])
                #expect(answer["images", index, "duplicate"] == false)
            }
            #expect(answer["images", 1, "status"] == 415)
            #expect(answer["images", 1, "type"] == "/problems/unsupported-format")
            #expect(answer["images", 1, "title"] == "Unsupported Media Type")
            let again = try await application.send(TestForm().file(TestPicture.png(seed: 1), name: "x.png"))
            #expect(again.status == 200 && again["images", 0, "duplicate"] == true)
            let refused = try await application.send(TestForm().file([], name: "x.png"))
            #expect(refused.status == 400 && refused["images", 0, "status"] == 400)
            #expect(
                refused["images", 0, "detail"] == "The file is empty: there is no image to keep.")
        }
    }

    @Test func `a malformed form is refused completely, and leaves nothing`() async throws {
        try await TestApplication.run { application in
            let whole = TestForm().file(TestPicture.png(), name: "x.png").bytes
            let type = "multipart/form-data; boundary="
            let boundary = """
                400 malformed-multipart: The Content-Type names no boundary of 1 to 70 characters: let your HTTP \
                library set it.
                """
            let cut = """
                400 malformed-multipart: The multipart body cannot be read: the body ends before its closing boundary: \
                the upload was cut off.
                """
            let noFile = """
                400 no-file: The form has no file: send at least one, such as curl -F "file=@photo.jpg".
                """
            for (contentType, bytes, problem) in [
                ("multipart/form-data", whole, boundary), (type, whole, boundary),
                (type + String(repeating: "b", count: 71), whole, boundary), (type + "other", whole, cut),
                (type + TestForm.boundary, Array(whole.dropLast(6)), cut),
                (type + TestForm.boundary, Array(whole.prefix(60)), cut),
                (type + TestForm.boundary, TestForm().field("title", "x").bytes, noFile),
                (type + TestForm.boundary, TestForm().bytes, noFile),
                (
                    type + TestForm.boundary, TestForm().field("title", String(repeating: "x", count: 65_537)).bytes,
                    "413 content-too-large: A field of a form may have at most 65536 bytes."
                ),
                (
                    type + TestForm.boundary,
                    TestForm().file(TestPicture.png(), name: "x.png").field("visibility", "secret").bytes,
                    "400 bad-request: The field 'visibility' must be public or private, not 'secret'."
                ),
            ] {
                let answer = try await application.send(
                    .post, "/upload/", ["Content-Type": contentType], body: [bytes])
                #expect(answer.problem == problem)
            }
            let digest = "sha-256=:\(Data(repeating: 0, count: 32).base64EncodedString()):"
            let fields: HTTPFields = [
                "Content-Type": type + TestForm.boundary, "Repr-Digest": digest,
            ]
            #expect(
                try await application.send(.post, "/upload/", fields, body: [whole]).problem
                    == "400 bad-request: Repr-Digest is of one bare body: send the image itself, or Content-Digest, which is of the whole form."
            )
            #expect(try await application.get("/v1/images")["ids"] == [])
            #expect(try await application.nothingIsStaged())
        }
    }

    @Test func `JSON can carry one image in base64`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let base64 = Data(TestPicture.png()).base64EncodedString()
            let json = #"{"filename":"lake.png","type":"image/png","file":"\#(base64)"}"#
            let answer = try await application.send(.post, "/v1/upload/?tags=a", json: json)
            #expect(answer.status == 201 && answer["title"] == "lake" && answer["tags"] == ["a"])
            let original = try await application.get(answer["links", "original"].string ?? "")
            #expect(original.body == TestPicture.png())
            for (json, problem) in [
                ("[]", "400 wrong-json-type: The body must be an object."),
                (
                    #"{"filename":"x","type":"png"}"#,
                    "400 bad-request: This server has no import folder: send the image's bytes as 'file', in base64."
                ),
                (
                    #"{"type":"png","file":"\#(base64)"}"#,
                    "400 missing-member: The body lacks the member 'filename', a text."
                ),
                (
                    #"{"filename":"x","type":"jpg","file":"\#(base64)"}"#,
                    "400 type-mismatch: The bytes are image/png, and 'type' says image/jpeg: send the type that they are."
                ),
                (
                    #"{"filename":"x","type":"pdf","file":"\#(base64)"}"#,
                    "415 unsupported-format: The type 'pdf' is not available here; these are: jpg, png, webp, gif, tif,"
                ),
                (
                    #"{"filename":"x","type":"png","file":"\#(base64)","album":"a"}"#,
                    "400 unknown-member: There is no member 'album' here; there are: filename, type, file."
                ),
                (
                    #"{"filename":"x","filename":"y"}"#,
                    "400 malformed-json: The member 'filename' may be given only once."
                ),
                (
                    #"{"filename":"a","type":"png","file":{"a":1}}"#,
                    "400 wrong-json-type: The member 'file' must be text."
                ),
                (#"{"filename":5}"#, "400 wrong-json-type: The member 'filename' must be text."),
                (
                    #"{"filename":"\#(String(repeating: "x", count: 4097))"}"#,
                    "400 invalid-member: The member 'filename' may have at most 4096 bytes."
                ),
                (#"{"filename":"x","type":"png","file":"!"}"#, "400 malformed-base64: The base64 cannot be read: "),
                (
                    #"{"filename":"x","type":"png","file":""}"#,
                    "400 bad-request: The file is empty: there is no image to keep."
                ),
            ] {
                let answer = try await application.send(.post, "/upload/", json: json)
                #expect(answer.problem.hasPrefix(problem))
            }
            #expect(try await application.get("/v1/images")["ids"].count == 1)
        }
    }

    @Test func `a bare body that is not a valid image is refused with a reason`() async throws {
        let png = TestPicture.png()
        try await TestApplication.run(
            settings: { settings in
                settings.listener.limits.bodyBytes = Int64(png.count)
                settings.imagingLimits.maximumPixels = 64 * 48
            },
            { application in
                for (query, type, bytes, problem) in [
                    (
                        "", "text/plain", png,
                        "415 unsupported-media-type: Send a form (multipart/form-data, such as curl -F \"file=@photo.jpg\"), JSON"
                    ),
                    ("", "image/png", [], "400 bad-request: The file is empty: there is no image to keep."),
                    (
                        "", "image/png", Array("Dear diary".utf8),
                        "415 unsupported-format: This is plain text. Accepted are"
                    ),
                    ("", "image/png", Array(png.dropLast(20)), "422 damaged-image: The file is cut off or damaged: "),
                    (
                        "", "image/png", png + [0],
                        "413 content-too-large: An image may have at most \(png.count) bytes."
                    ),
                    ("", "image/png", TestPicture.png(width: 3073, height: 1), "422 image-too-large: "),
                    (
                        "?colour=red", "image/png", png,
                        "400 bad-request: There is no parameter 'colour' here; there are: album, album_path, attributes,"
                    ),
                    (
                        "?title=a&title=b", "image/png", png,
                        "400 bad-request: The parameter 'title' may be given only once."
                    ),
                    (
                        "?verify=yes", "image/png", png,
                        "400 bad-request: The parameter 'verify' must be true or false, not 'yes'."
                    ),
                    (
                        "?visibility=x", "image/png", png,
                        "400 bad-request: The field 'visibility' must be public or private, not 'x'."
                    ),
                    (
                        "?attributes=5", "image/png", png,
                        "400 wrong-json-type: The field 'attributes' must be an object."
                    ),
                    (
                        "?title=\(String(repeating: "x", count: 501))", "image/png", png,
                        "400 bad-request: A title may have at most 500 characters."
                    ),
                ] {
                    let answer = try await application.upload(bytes, query, type: type)
                    #expect(answer.problem.hasPrefix(problem))
                }
                #expect(try await application.get("/v1/images")["ids"] == [])
                #expect(try await application.nothingIsStaged())
                #expect(try application.files(in: "original") == [])
                // An image with exactly the maximum number of bytes and pixels is kept.
                #expect(try await application.upload(png).status == 201)
            })
    }

    @Test func `an announced digest is checked, and saves sending existing content`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let first = try await application.upload(TestPicture.png())
            let digest = try #require(Digest(first["digest"].string ?? ""))
            let field = "sha-256=:\(Data(digest.bytes).base64EncodedString()):"
            var fields: HTTPFields = ["Content-Type": "image/png", "Repr-Digest": field]
            let other = try await application.send(.post, "/upload/", fields, body: [TestPicture.png(seed: 2)])
            #expect(other.problem.hasPrefix("400 digest-mismatch: The bytes have the digest "))
            let same = try await application.send(.post, "/upload/", fields, body: [TestPicture.png()])
            #expect(same.status == 200 && same["duplicate"] == true)
            // A client that waits for `100 Continue` does not have to send anything.
            fields["Expect"] = "100-continue"
            let spared = try await application.send(.post, "/upload/", fields)
            #expect(spared.status == 200 && spared["id"] == first["id"] && spared["duplicate"] == true)
            fields["Repr-Digest"] = "sha-256=:x:"
            #expect(
                try await application.send(.post, "/upload/", fields).problem
                    == "400 bad-request: Repr-Digest cannot be read: it must be such as sha-256=:…: or sha-512=:…:, with 32 or 64 bytes in base64 between the colons."
            )
        }
    }

    /// The digests of a body by OpenSSL's command line would be the same; FIPS 180-4 has test vectors.
    private static func field(_ bytes: [UInt8], _ algorithm: DigestField.Algorithm) throws -> String {
        let digest = try StreamDigest(algorithm == .sha256 ? .sha256 : .sha512)
        try digest.update(bytes)
        return DigestField.format(try digest.finish(), by: algorithm)
    }

    @Test(arguments: ["Repr-Digest", "Content-Digest"], DigestField.Algorithm.allCases)
    func `the digest of a bare body or of JSON is verified`(
        name: String, algorithm: DigestField.Algorithm
    ) async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let png = TestPicture.png()
            let json = Array(#"{"filename":"a","type":"png","file":"\#(Data(png).base64EncodedString())"}"#.utf8)
            for (type, body) in [("image/png", png), ("application/json", json)] {
                var fields: HTTPFields = ["Content-Type": type]
                fields[name] = try Self.field(body + [0], algorithm)
                let wrong = try await application.send(.post, "/upload/", fields, body: [body])
                #expect(wrong.problem.hasPrefix("400 digest-mismatch: The "))
                #expect(try await application.get("/v1/images")["ids"] == [])
                #expect(try await application.nothingIsStaged())
                // The other field and algorithm may be right: one that is wrong suffices.
                fields[name] = try "\(Self.field(body, .sha256)), \(Self.field(body + [0], .sha512))"
                #expect(try await application.send(.post, "/upload/", fields, body: [body]).status == 400)
                fields[name] = "garbage"
                let unread = try await application.send(.post, "/upload/", fields, body: [body])
                #expect(unread.problem.hasPrefix("400 bad-request: \(name) cannot be read"))
                #expect(unread["header"] == .string(name))
            }
            for (type, body) in [("image/png", png), ("application/json", json)] {
                let fields: HTTPFields = ["Content-Type": type, name: try Self.field(body, algorithm)]
                let halves = [Array(body[..<50]), Array(body[50...])]
                #expect(
                    [200, 201].contains(try await application.send(.post, "/upload/", fields, body: halves).status))
            }
        }
    }

    @Test func `two fields that contradict each other are refused`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let png = TestPicture.png()
            for (one, other) in [(png, png + [0]), (png + [0], png)] {
                let fields: HTTPFields = [
                    "Content-Type": "image/png", "Repr-Digest": try Self.field(one, .sha256),
                    "Content-Digest": try Self.field(other, .sha256),
                ]
                let answer = try await application.send(.post, "/upload/", fields, body: [png])
                #expect(answer.problem.hasPrefix("400 digest-mismatch: "))
            }
            #expect(try await application.get("/v1/images")["ids"] == [])
        }
    }

    @Test(arguments: DigestField.Algorithm.allCases)
    func `Content-Digest of a form is that of the whole form`(algorithm: DigestField.Algorithm) async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let form = TestForm().file(TestPicture.png(), name: "a.png").file(TestPicture.png(seed: 2), name: "b.png")
            var fields = TestForm.fields
            fields["Content-Digest"] = try Self.field(TestPicture.png(), algorithm)
            let wrong = try await application.send(.post, "/upload/", fields, body: [form.bytes])
            #expect(wrong.problem.hasPrefix("400 digest-mismatch: The body has the digest \(algorithm.rawValue)=:"))
            #expect(try await application.get("/v1/images")["ids"] == [])
            #expect(try await application.nothingIsStaged())
            fields["Content-Digest"] = try Self.field(form.bytes, algorithm)
            #expect(try await application.send(.post, "/upload/", fields, body: [form.bytes]).status == 201)
        }
    }

    @Test func `only an account may upload, with the scope write, and within its quota`() async throws {
        try await TestApplication.runWithAccounts { application in
            let png = TestPicture.png()
            #expect(
                try await application.upload(png).problem
                    == "401 unauthorized: This needs an account: log in (POST /v1/sessions), or send a token.")
            let reader = try await application.token(of: "ada", scopes: [.read, .admin])
            #expect(
                try await application.upload(png, token: reader).problem
                    == "403 insufficient-scope: The token lacks the scope 'write', which this needs: use another one.")
            let bytes = Int64(png.count)
            let small = try await application.token(of: "small", quotaBytes: bytes - 1)
            let refused = try await application.upload(png, token: small)
            #expect(
                refused.problem.hasPrefix("507 quota-exceeded: The account's quota leaves room for \(bytes - 1) bytes"))
            #expect(refused["bytes_left"] == .integer(bytes - 1))
            let enough = try await application.token(of: "enough", quotaBytes: bytes + 5)
            #expect(try await application.upload(png, token: enough).status == 201)
            let full = try await application.upload(TestPicture.png(seed: 2), token: enough)
            #expect(full.status == 507 && full["bytes_left"] == 5)
            // Existing content does not count against the quota.
            #expect(try await application.upload(png, token: enough).status == 200)
            #expect(
                try await application.get("/upload/").problem
                    == "405 method-not-allowed: GET is not possible here; these methods are: OPTIONS, POST.")
        }
    }
}

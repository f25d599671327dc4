import Composition
import Domain
import HTTPTypes
import Services
import TestApplication
import Testing

@Suite struct StoreRoutesTests {
    private static let unknown = "00000000-0000-7000-8000-000000000000"

    private static func run(
        _ body: @escaping @Sendable (_ application: TestApplication, _ id: String) async throws -> Void
    ) async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let made = try await application.upload(TestPicture.png(), "?title=lake")
            try await body(application, try #require(made["id"].string))
        }
    }

    @Test func `a download is the original, and supports conditions and ranges`() async throws {
        try await Self.run { application, id in
            let png = TestPicture.png()
            for query in ["", "?type=png", "?type=image/png"] {
                let whole = try await application.get("/download/\(id)\(query)")
                #expect(whole.status == 200 && whole.body == png)
                #expect(
                    whole.fields["Content-Disposition"]
                        == "attachment; filename=\"lake.png\"; filename*=UTF-8''lake.png")
                let tag = try #require(whole.fields["ETag"])
                #expect(try await application.get("/download/\(id)\(query)", ["If-None-Match": tag]).status == 304)
                #expect(try await application.get("/download/\(id)\(query)", ["If-Match": "\"x\""]).status == 412)
                let part = try await application.get("/download/\(id)\(query)", ["Range": "bytes=1-3"])
                #expect(part.status == 206 && part.body == Array("PNG".utf8))
            }
            let shown = try await application.get("/images/\(id).png")
            #expect(shown.status == 200 && shown.body == png)
            #expect(shown.fields["Content-Disposition"] == "inline; filename=\"lake.png\"; filename*=UTF-8''lake.png")
        }
    }

    @Test func `an image can be downloaded in other formats`() async throws {
        try await Self.run { application, id in
            for (type, mediaType, beginning) in [
                ("jpg", "image/jpeg", [0xFF, 0xD8, 0xFF]), ("webp", "image/webp", Array("RIFF".utf8)),
            ] {
                for target in ["/download/\(id)?type=\(type)", "/images/\(id).\(type)"] {
                    let answer = try await application.get(target)
                    #expect(answer.status == 200 && answer.fields["Content-Type"] == mediaType)
                    #expect(answer.body.starts(with: beginning))
                }
            }
        }
    }

    @Test func `a compressed file is kept, smaller than its original`() async throws {
        try await Self.run { application, id in
            let answer = try await application.send(.post, "/compress/\(id)?type=webp")
            #expect(answer.status == 200 && answer.fields["Vary"] == "Authorization, Cookie, Prefer")
            let expected: JSONValue = [
                "id": .string(id), "state": "done", "type": "compressed", "format": "webp", "width": 64, "height": 48,
                "links": [
                    "compressed": "/v1/images/\(id)/compressed", "download": "/download/\(id)?transform=compress",
                    "image": "/v1/images/\(id)",
                ],
            ]
            #expect(answer.json.without("bytes") == expected)
            let file = try await application.get("/download/\(id)?transform=compress")
            #expect(file.status == 200 && file.fields["Content-Type"] == "image/webp")
            #expect(answer["bytes"] == .integer(Int64(file.body.count)) && file.body.count < TestPicture.png().count)
            #expect(try application.files(in: "compressed").count == 1)
            // Another format replaces it.
            #expect(try await application.send(.post, "/compress/\(id)?type=jpg")["format"] == "jpeg")
            #expect(try application.files(in: "compressed").count == 1)
            #expect(try await application.get("/v1/images/\(id)/compressed").fields["Content-Type"] == "image/jpeg")
        }
    }

    @Test func `a compressed file that is only read is not kept`() async throws {
        try await Self.run { application, id in
            for target in ["/compress/\(id)", "/v1/images/\(id)/compressed", "/download/\(id)?transform=compress"] {
                let answer = try await application.get(target)
                #expect(answer.status == 200 && answer.fields["Content-Type"] == "image/webp")
                #expect(answer.body.count < TestPicture.png().count)
                let tag = try #require(answer.fields["ETag"])
                #expect(try await application.get(target, ["If-None-Match": tag]).status == 304)
            }
            #expect(try application.files(in: "compressed") == [])
            #expect(try await application.get("/v1/images/\(id)")["version"] == 1)
        }
    }

    @Test func `a client that prefers an asynchronous response gets a job`() async throws {
        try await Self.run { application, id in
            let fields: HTTPFields = ["Prefer": "respond-async, wait=10"]
            let answer = try await application.send(.post, "/compress/\(id)?type=webp", fields)
            #expect(answer.status == 202 && answer["kind"] == "compress" && answer["format"] == "webp")
            #expect(answer.fields["Location"] == "/v1/jobs/\(answer["id"].string ?? "")")
            #expect(answer.fields["Preference-Applied"] == "respond-async")
            #expect(answer.fields["Vary"] == "Authorization, Cookie, Prefer")
            let done = try await application.finishedJob(answer["id"])
            #expect(done["state"] == "done" && done["attempts"] == 1 && done["error"] == .null)
            #expect(try application.files(in: "compressed").count == 1)
        }
    }

    @Test func `an unavailable format is refused, and the available ones are named`() async throws {
        try await Self.run { application, id in
            let malformed = "400 malformed-id: 'x' is not the id of an image: ids are UUIDs, as lists have them."
            let unsupported = "415 unsupported-format: The type '"
            for (target, problem) in [
                (
                    "/download/\(id)?type=exe",
                    unsupported + "exe' is not available here; these are: jpg, png, webp, gif, tif,"
                ),
                ("/download/\(id)?type=", unsupported + "' is not available here; these are: "),
                (
                    "/download/\(id)?type=heic",
                    "415 unsupported-format: The image is not in the format heic, and is available in these: "
                ),
                ("/images/\(id).exe", unsupported + "exe' is not available"),
                (
                    "/images/\(id).svg",
                    "415 unsupported-format: The image is not in the format svg, and is available in these: "
                ),
                ("/compress/\(id)?type=exe", unsupported + "exe' is not available"),
                ("/compress/\(id)?type=gif", unsupported + "gif' is not available"),
                ("/download/\(id)?transform=compress&type=tif", unsupported + "tif' is not available"),
                (
                    "/download/\(id)?transform=enlarge",
                    "400 bad-request: The parameter 'transform' must be compress, not 'enlarge'."
                ),
                (
                    "/download/\(id)?size=5",
                    "400 bad-request: There is no parameter 'size' here; there are: expires, key, signature, transform, type."
                ),
                ("/compress/\(id)?type=jpg&type=png", "400 bad-request: The parameter 'type' may be given only once."),
                (
                    "/images/\(id)",
                    "400 malformed-id: '\(id)' names no image: ask for its id and a format, such as /images/0190….jpg."
                ),
                ("/images/x.png", "400 malformed-id: 'x.png' names no image"),
                ("/download/x", malformed), ("/compress/x", malformed),
                ("/download/\(Self.unknown)", "404 not-found: There is no such image."),
                ("/compress/\(Self.unknown)", "404 not-found: There is no such image."),
                ("/images/\(Self.unknown).png", "404 not-found: There is no such image."),
            ] {
                let answer = try await application.get(target)
                #expect(answer.problem.hasPrefix(problem))
            }
        }
    }

    @Test func `only its owner can download a private image, and a damaged image is not converted`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let hidden = try await application.upload(TestPicture.png(), token: ada)
            let broken = try await application.upload(TestPicture.broken(), token: ada)
            let id = try #require(hidden["id"].string), brokenID = try #require(broken["id"].string)
            for target in ["/download/\(id)", "/compress/\(id)", "/images/\(id).png", "/download/\(id)?type=jpg"] {
                #expect(try await application.get(target).problem == "404 not-found: There is no such image.")
                #expect(try await application.get(target, token: ada).status == 200)
            }
            for target in [
                "/download/\(brokenID)?type=webp", "/compress/\(brokenID)", "/images/\(brokenID).jpg",
                "/download/\(brokenID)?transform=compress",
            ] {
                #expect(try await application.get(target, token: ada).problem.hasPrefix("422 damaged-image: "))
            }
            #expect(try await application.get("/download/\(brokenID)", token: ada).body == TestPicture.broken())
            // A stranger may see the compressed file of a public image, and not have one kept.
            let shown = try await application.upload(TestPicture.png(seed: 2), "?visibility=public", token: ada)
            let target = "/compress/\(shown["id"].string ?? "")"
            let answer = try await application.get(target, ["Prefer": "respond-async"])
            #expect(answer.status == 200 && answer.fields["Preference-Applied"] == nil)
            #expect(try await application.send(.post, target).status == 401)
        }
    }
}

import Composition
import Domain
import HTTPTypes
import Services
import TestApplication
import Testing

@Suite struct ArchiveRoutesTests {
    /// Runs a body with two images, and an order for both.
    private static func run(
        _ body: @escaping @Sendable (_ application: TestApplication, _ ids: [String]) async throws -> Void
    ) async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            var ids: [String] = []
            for seed in 1...2 {
                let made = try await application.upload(TestPicture.png(seed: UInt32(seed)), "?title=photo \(seed)")
                ids.append(try #require(made["id"].string))
            }
            try await body(application, ids)
        }
    }

    private static func order(_ ids: [String], _ more: String = "") -> String {
        #"{"ids":[\#(ids.map { "\"\($0)\"" }.joined(separator: ","))]\#(more)}"#
    }

    @Test func `an archive is created, described, and sent completely and in ranges`() async throws {
        try await Self.run { application, ids in
            let body = Self.order(ids + [ids[0]], #","name":"holidays: 2021""#)
            let made = try await application.send(.post, "/v1/archives", json: body)
            #expect(made.status == 201)
            let id = try #require(made["id"].string)
            #expect(made.fields["Location"] == "/v1/archives/\(id).zip")
            #expect(made["url"] == "/v1/archives/\(id).zip" && made["name"] == "holidays_ 2021")
            #expect(made["rendition"] == "original" && made["files"] == 2)
            #expect(made["left_out"] == ["count": 0, "files": []])
            let told = try await application.get("/v1/archives/\(id)")
            #expect(told.status == 200 && told.json == made.json.without("left_out"))

            let path = "/v1/archives/\(id).zip"
            let whole = try await application.get(path)
            #expect(whole.status == 200 && made["bytes"] == .integer(Int64(whole.body.count)))
            #expect(whole.body.starts(with: Array("PK\u{3}\u{4}".utf8)))
            for name in ["photo 1.png", "photo 2.png"] { #expect(whole.body.contains(Array(name.utf8))) }
            for seed in 1...2 { #expect(whole.body.contains(TestPicture.png(seed: UInt32(seed)))) }
            #expect(whole.fields["Content-Type"] == "application/zip")
            #expect(whole.fields["Cache-Control"] == "private, no-cache")
            #expect(
                whole.fields["Content-Disposition"]
                    == "attachment; filename=\"holidays_ 2021.zip\"; filename*=UTF-8''holidays_%202021.zip")
            let tag = try #require(whole.fields["ETag"])
            for range in [0...0, 40...10_000, (whole.body.count - 22)...(whole.body.count - 1)] {
                let part = try await application.get(path, ["Range": "bytes=\(range.lowerBound)-\(range.upperBound)"])
                #expect(part.status == 206 && part.body == Array(whole.body[range]))
                #expect(
                    part.fields["Content-Range"] == "bytes \(range.lowerBound)-\(range.upperBound)/\(whole.body.count)")
            }
            #expect(
                try await application.get(path, ["Range": "bytes=\(whole.body.count)-"]).problem
                    == "416 range-not-satisfiable: The archive has \(whole.body.count) bytes, and the range is beyond them."
            )
            #expect(try await application.get(path, ["If-None-Match": tag]).status == 304)
            #expect(
                try await application.get(path, ["If-Match": "\"x\""]).problem
                    == "412 precondition-failed: The archive is not the one that your condition names.")
            let several = try await application.get(path, ["Range": "bytes=0-1,5-6"])
            #expect(several.status == 200 && several.body == whole.body)
            #expect(try await application.send(.head, path).fields["ETag"] == tag)
        }
    }

    @Test func `unavailable files are reported or left out`() async throws {
        try await Self.run { application, ids in
            #expect(try await application.get("/v1/images/\(ids[0])/thumbnail").status == 200)
            let body = Self.order(ids, #","rendition":"thumbnail""#)
            let refused = try await application.send(.post, "/v1/archives", json: body)
            #expect(
                refused.problem.hasPrefix("409 files-unavailable: One file of the type thumbnail is not available: "))
            #expect(
                refused["unavailable"] == ["count": 1, "files": [["id": .string(ids[1]), "reason": "not-made"]]])
            let partly = try await application.send(
                .post, "/v1/archives", json: Self.order(ids, #","rendition":"thumbnail","skip_missing":true"#))
            #expect(partly.status == 201 && partly["files"] == 1 && partly["left_out", "count"] == 1)
        }
    }

    @Test func `an archive outlives its images, but not an original that was removed`() async throws {
        try await Self.run { application, ids in
            let made = try await application.send(.post, "/v1/archives", json: Self.order(ids))
            let path = made["url"].string ?? ""
            #expect(try await application.send(.patch, "/v1/images/\(ids[0])", json: #"{"title":"new"}"#).status == 200)
            #expect(try await application.get(path).status == 200)
            let whole = try await application.get(path).body
            #expect(try await application.send(.delete, "/v1/images/\(ids[1])").status == 204)
            #expect(try await application.get(path).body == whole)
            #expect(try await application.send(.delete, "/v1/trash").json == ["deleted": 1])
            #expect(try await application.get(path).body == whole)
            #expect(try await application.get("/v1/images/\(ids[0])/thumbnail").status == 200)
            #expect(try await application.send(.delete, "/v1/images/\(ids[0])/original").status == 204)
            #expect(
                try await application.get(path).problem
                    == "410 gone: The archive is out of date: some of its images have been hidden or changed since, or their files removed. Make it again."
            )
        }
    }

    @Test func `a search creates an archive with the criteria of lists`() async throws {
        try await Self.run { application, ids in
            for (body, count) in [
                (#"{"query":""}"#, 2), (#"{"query":"photo"}"#, 2),
                (#"{"query":"","format":["png","gif"],"min_width":64}"#, 2),
                (#"{"query":"2","verify":true}"#, 1),
            ] as [(String, JSONValue)] {
                let made = try await application.send(.post, "/v1/archives", json: body)
                #expect(made.status == 201 && made["files"] == count)
            }
            let either = """
                400 bad-request: Say either which images ('ids'), or which album ('album') or selection ('selection'), or which search ('query', \
                empty for all that you may see), alone or with the criteria of lists.
                """
            let unknown = "00000000-0000-7000-8000-000000000000"
            for (body, problem) in [
                ("{}", either), (Self.order(ids, #","query":"""#), either), (Self.order(ids, #","tag":"x""#), either),
                (#"{"ids":[]}"#, "400 invalid-member: The member 'ids' names no image."),
                (#"{"ids":["x"]}"#, "400 invalid-member: The member 'ids.0' is not accepted: a UUID expected."),
                (
                    #"{"query":"","colour":"red"}"#,
                    "400 unknown-member: There is no member 'colour' here; there are album, ids"
                ),
                (
                    #"{"query":"","format":5.5}"#,
                    "400 invalid-member: The member 'format' is not accepted: text, a whole"
                ),
                (
                    #"{"query":"","rendition":"tiny"}"#,
                    "400 invalid-member: The member 'rendition' is not accepted: one of original, "
                ),
                (#"{"query":"","min_width":-1}"#, "400 invalid-member: The member 'min_width' must be a whole number"),
                (
                    #"{"query":"","name":"\#(String(repeating: "x", count: 101))"}"#,
                    "400 invalid-member: The member 'name' has at most 100 characters."
                ),
                (#"{"query":"nothing"}"#, "404 not-found: No image was found that could be downloaded."),
                (#"{"ids":["\#(unknown)"]}"#, "404 not-found: There is no image \(unknown)."),
                (
                    String(repeating: " ", count: 5 << 20) + "{}",
                    "413 content-too-large: The body may have at most 5242880 bytes."
                ),
            ] {
                let answer = try await application.send(.post, "/v1/archives", json: body)
                #expect(answer.problem.hasPrefix(problem))
            }
            for path in ["x", "x.zip", ".zip"] {
                #expect(
                    try await application.get("/v1/archives/\(path)").problem
                        == "400 malformed-id: '\(path)' is not the id of an archive.")
            }
            for path in [unknown, "\(unknown).zip"] {
                #expect(
                    try await application.get("/v1/archives/\(path)").problem
                        == "404 not-found: There is no such archive, or not any more: they last a day.")
            }
            for answer in [
                try await application.send(.post, "/v1/archives?x=1", json: #"{"query":""}"#),
                try await application.get("/v1/archives/\(unknown)?x=1"),
            ] {
                #expect(answer.problem == "400 bad-request: This route takes no parameters, so not 'x' either.")
            }
        }
    }

    @Test func `an archive belongs to its creator, and a stranger's to everybody who knows its id`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let bob = try await application.token(of: "bob")
            let hidden = try await application.upload(TestPicture.png(seed: 1), token: ada)
            let shown = try await application.upload(
                TestPicture.png(seed: 2), "?visibility=public&public_original=true", token: ada)
            let both = Self.order([hidden["id"].string ?? "", shown["id"].string ?? ""])
            let mine = try await application.send(.post, "/v1/archives", json: both, token: ada)
            let path = mine["url"].string ?? ""
            #expect(try await application.get(path, token: ada).status == 200)
            let unseen = "404 not-found: There is no such archive, or not any more: they last a day."
            for token in [bob, nil] {
                #expect(try await application.get(path, token: token).problem == unseen)
                #expect(try await application.get(String(path.dropLast(4)), token: token).problem == unseen)
                #expect(
                    try await application.send(.post, "/v1/archives", json: both, token: token).problem
                        == "404 not-found: There is no image \(hidden["id"].string ?? "").")
            }
            let open = try await application.send(.post, "/v1/archives", json: Self.order([shown["id"].string ?? ""]))
            #expect(open.status == 201)
            #expect(try await application.get(open["url"].string ?? "", token: bob).status == 200)
            #expect(
                try await application.send(.post, "/v1/archives", json: #"{"query":"","verify":true}"#).problem
                    == "401 unauthorized: This needs an account: log in (POST /v1/sessions), or send a token.")
            // The image is hidden now, so only its owner can download it.
            #expect(
                try await application.send(
                    .patch, shown["links", "self"].string ?? "", json: #"{"visibility":"private"}"#, token: ada
                ).status == 200)
            #expect(try await application.get(open["url"].string ?? "", token: bob).problem.hasPrefix("410 gone: "))
            #expect(try await application.get(path, token: ada).status == 200)
        }
    }

    @Test func `a collection is one file as long as it does not change`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let hidden = try await application.upload(TestPicture.png(seed: 1), "?title=one", token: ada)
            let shown = try await application.upload(
                TestPicture.png(seed: 2), "?visibility=public&public_original=true", token: ada)
            #expect(hidden.status == 201 && shown.status == 201)
            let own = try await application.get("/api/ada/download", token: ada)
            #expect(own.status == 200)
            #expect(own.body.contains(TestPicture.png(seed: 1)) && own.body.contains(TestPicture.png(seed: 2)))
            #expect(
                own.fields["Content-Disposition"] == "attachment; filename=\"ada.zip\"; filename*=UTF-8''ada.zip")
            let tag = try #require(own.fields["ETag"])
            #expect(try await application.get("/api/ada/download", ["If-None-Match": tag], token: ada).status == 304)
            let seen = try await application.get("/api/ADA/download")
            #expect(seen.status == 200 && !seen.body.contains(TestPicture.png(seed: 1)))
            for (target, problem) in [
                (
                    "ada/download?rendition=thumbnail",
                    "409 files-unavailable: 2 files of the type thumbnail are not available"
                ),
                (
                    "ada/download?rendition=tiny",
                    "400 bad-request: The parameter 'rendition' must be one of original, full-size, thumbnail, compressed, not 'tiny'."
                ),
                (
                    "ada/download?skip_missing=1",
                    "400 bad-request: The parameter 'skip_missing' must be true or false, not '1'."
                ),
                (
                    "ada/download?sort=x",
                    "400 bad-request: There is no parameter 'sort' here; there are: rendition, skip_missing."
                ),
                ("nobody/download", "404 not-found: There is no account 'nobody'."),
                ("root/download", "404 not-found: No image was found that could be downloaded."),
            ] {
                #expect(try await application.get("/api/\(target)", token: ada).problem.hasPrefix(problem))
            }
            #expect(
                try await application.send(
                    .patch, hidden["links", "self"].string ?? "", json: #"{"title":"two"}"#, token: ada
                )
                .status == 200)
            let renamed = try await application.get("/api/ada/download", ["If-None-Match": tag], token: ada)
            #expect(renamed.status == 200 && renamed.body.contains(Array("two.png".utf8)))
        }
    }
}

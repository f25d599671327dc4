import Composition
import Domain
import HTTPTypes
import Services
import TestApplication
import Testing

@Suite struct OperationRoutesTests {
    @Test(arguments: [("thumbnails", "thumbnail"), ("full-size", "full-size")])
    func `missing renditions are listed, made, and then no longer listed`(name: String, type: String) async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let sound = try await application.upload(TestPicture.png())
            let broken = try await application.upload(TestPicture.broken())
            let path = "/v1/operations/\(name)"
            let missing = try await application.get("\(path)/missing")
            #expect(missing.status == 200)
            #expect(
                missing["missing"] == [["id": sound["id"], "reason": .null], ["id": broken["id"], "reason": .null]])
            #expect(try await application.get(path).json == ["ids": [], "files": [], "next": .null])

            let asked = try await application.send(.post, "\(path)/generate")
            #expect(asked.status == 202 && asked["kind"] == "generate-\(name)")
            #expect(asked.fields["Location"] == "/v1/jobs/\(asked["id"].string ?? "")")
            let job = try await application.finishedJob(asked["id"])
            #expect(job["state"] == "done" && job["progress"] == ["total": 2, "done": 1, "failed": 1])
            let left = try await application.get("\(path)/missing")
            #expect(left["ids"] == [broken["id"]] && left["missing", 0, "reason"].string?.isEmpty == false)
            let made = try await application.get(path)
            #expect(made["ids"] == [sound["id"]])
            let file = made["files", 0]
            #expect(file["url"] == "/v1/images/\(sound["id"].string ?? "")/\(type)")
            #expect(file["width"] == 64 && file["height"] == 48 && file["format"] == "png")
            let bytes = try await application.get(file["url"].string ?? "").body.count
            #expect(file["bytes"] == .integer(Int64(bytes)))
        }
    }

    @Test func `a job for some images makes only their renditions`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            var ids: [JSONValue] = []
            for seed in 1...3 { ids.append(try await application.upload(TestPicture.png(seed: UInt32(seed)))["id"]) }
            let path = "/v1/operations/thumbnails"
            let body = #"{"ids":["\#(ids[0].string ?? "")","\#(ids[2].string ?? "")"]}"#
            let asked = try await application.send(.post, "\(path)/generate", json: body)
            let job = try await application.finishedJob(asked["id"])
            #expect(job["state"] == "done" && job["progress"] == ["total": 2, "done": 2, "failed": 0])
            #expect(try await application.get("\(path)/missing")["ids"] == [ids[1]])
            let none = try await application.send(.post, "\(path)/generate", json: #"{"ids":[]}"#)
            let empty = try await application.finishedJob(none["id"])
            #expect(empty["state"] == "done" && empty["progress"] == ["total": 0, "done": 0, "failed": 0])
            let page = try await application.get("\(path)?limit=1")
            #expect(page["ids"] == [ids[0]])
            let next = try await application.get("\(path)?limit=1&cursor=\(page["next"].string ?? "")")
            #expect(next["ids"] == [ids[2]] && next["next"] == .null)
            // Without the member the job is for all missing renditions.
            let all = try await application.send(.post, "\(path)/generate", json: "{}")
            #expect(try await application.finishedJob(all["id"])["progress"] == ["total": 1, "done": 1, "failed": 0])
        }
    }

    @Test func `an invalid body or parameter is refused`() async throws {
        try await TestApplication.run { application in
            let unknown = "00000000-0000-7000-8000-000000000000"
            for (body, problem) in [
                (#"{"ids":["\#(unknown)"]}"#, "404 not-found: There is no image \(unknown)."),
                (#"{"ids":["x"]}"#, "400 invalid-member: The member 'ids.0' is not accepted: a UUID expected."),
                (#"{"ids":null}"#, "400 wrong-json-type: The member 'ids' must be an array, and not null."),
                (#"{"ids":"x"}"#, "400 wrong-json-type: The member 'ids' must be an array."),
                (#"{"ids":[1]}"#, "400 wrong-json-type: The member 'ids.0' must be a text."),
                ("[]", "400 wrong-json-type: The body must be an object."),
                ("{", "400 malformed-json: The body is not valid JSON: it ends too early, after 1 bytes."),
            ] {
                let answer = try await application.send(.post, "/v1/operations/thumbnails/generate", json: body)
                #expect(answer.problem.hasPrefix(problem))
            }
            #expect(
                try await application.send(.post, "/v1/operations/full-size/generate?all=1").problem
                    == "400 bad-request: This route takes no parameters, so not 'all' either.")
            for target in ["thumbnails", "thumbnails/missing", "full-size", "full-size/missing"] {
                #expect(
                    try await application.get("/v1/operations/\(target)?q=x").problem
                        == "400 bad-request: There is no parameter 'q' here; there are: cursor, limit.")
                #expect(
                    try await application.get("/v1/operations/\(target)?limit=0").problem
                        == "400 bad-request: The parameter 'limit' must be a whole number from 1 to 1000, not '0'.")
            }
            #expect(try await application.get("/v1/jobs")["ids"] == [])
        }
    }

    @Test func `an account can make renditions of its own images, and an admin of all`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let bob = try await application.token(of: "bob")
            let hidden = try await application.upload(TestPicture.png(seed: 1), token: ada)
            let shown = try await application.upload(TestPicture.png(seed: 2), "?visibility=public", token: ada)
            let path = "/v1/operations/thumbnails"
            func ask(for image: TestResponse) async throws -> String {
                let body = #"{"ids":["\#(image["id"].string ?? "")"]}"#
                return try await application.send(.post, "\(path)/generate", json: body, token: bob).problem
            }
            #expect(try await ask(for: hidden) == "404 not-found: There is no image \(hidden["id"].string ?? "").")
            #expect(
                try await ask(for: shown)
                    == "403 forbidden: The image belongs to another account: only that one, or an admin, may change it."
            )
            let asked = try await application.send(.post, "\(path)/generate", token: bob)
            #expect(try await application.finishedJob(asked["id"], token: bob)["progress", "total"] == 0)
            let admin = try await application.token(of: "boss", role: .admin)
            let all = try await application.send(.post, "\(path)/generate", token: admin)
            #expect(try await application.finishedJob(all["id"], token: admin)["progress", "done"] == 2)
            #expect(try await application.get(path, token: bob)["ids"] == [shown["id"]])
            #expect(try await application.get(path, token: ada)["ids"].count == 2)
            #expect(
                try await application.send(.post, "\(path)/generate").problem
                    == "401 unauthorized: This needs an account: log in (POST /v1/sessions), or send a token.")
        }
    }
}

import Composition
import Domain
import Foundation
import HTTPTypes
import Services
import TestApplication
import Testing

@Suite struct JobRoutesTests {
    private static let noJob = "404 not-found: There is no such job. Jobs that succeeded are forgotten after a while."

    @Test func `a job is requested, and its end is reported`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let made = try await application.upload(TestPicture.png())
            let asked = try await application.send(
                .post, "/compress/\(made["id"].string ?? "")", ["Prefer": "respond-async"])
            let job = try await application.finishedJob(asked["id"])
            let id = try #require(job["id"].string)
            let expected: JSONValue = [
                "kind": "compress", "digest": made["digest"], "images": [made["id"]], "state": "done", "attempts": 1,
                "error": .null,
                "progress": ["total": 1, "done": 1, "failed": 0],
                "links": ["self": "/v1/jobs/\(id)", "events": "/v1/jobs/\(id)/events"],
            ]
            #expect(job.json.without("id", "date_created", "date_updated") == expected)
            #expect(try await application.get("/v1/jobs?state=done")["jobs"] == [job.json])
            #expect(try await application.get("/v1/jobs?state=failed")["ids"] == [])
            #expect(try await application.get("/v1/jobs?kind=compress")["ids"] == [.string(id)])
            #expect(try await application.get("/v1/jobs?kind=derive")["ids"] == [])
            let events = try await application.get("/v1/jobs/\(id)/events")
            #expect(events.status == 200 && events.fields["Content-Type"] == "text/event-stream")
            #expect(events.fields["Cache-Control"] == "no-store")
            #expect(events.text.hasPrefix("event: done\ndata: {") && events.text.hasSuffix("}\n\n"))
            let data = Data(events.text.dropFirst("event: done\ndata: ".count).utf8)
            #expect(try JSONDecoder().decode(JSONValue.self, from: data) == job.json)
            #expect(
                try await application.send(.post, "/v1/jobs/\(id)/retry").problem
                    == "409 conflict: Only a failed job can be repeated; this one is done.")
        }
    }

    @Test func `a job that cannot succeed fails at once, and can be retried`() async throws {
        try await TestApplication.run { application in
            let made = try await application.upload(TestPicture.broken())
            #expect(made.status == 201)
            let failed = try await application.finishedJob(try await application.get("/v1/jobs")["ids", 0])
            #expect(failed["state"] == "failed" && failed["attempts"] == 1)
            #expect(failed["id"] == made["job"] && failed["images"] == [made["id"]])
            #expect(try await application.get("/v1/jobs")["jobs", 0, "images"] == [made["id"]])
            let metrics = try await application.get("/metrics").text
            #expect(metrics.contains("tintype_jobs{kind=\"derive\",state=\"failed\"} 1\n"))
            #expect(metrics.contains("tintype_jobs{kind=\"compress\",state=\"queued\"} 0\n"))
            #expect(metrics.contains("tintype_job_oldest_seconds{kind=\"derive\"} 0\n"))
            #expect(failed["progress"] == ["total": 0, "done": 0, "failed": 0])
            let record = try await application.get("/v1/images/\(made["id"].string ?? "")")
            #expect(record["state"] == "damaged" && record["damage"] == failed["error"])
            let path = "/v1/jobs/\(failed["id"].string ?? "")"
            let again = try await application.send(.post, "\(path)/retry")
            #expect(again.status == 202 && again["id"] == failed["id"])
            let events = try await application.get("\(path)/events")
            #expect(events.text.hasSuffix("\n\n"))
            #expect(events.text.split(separator: "event: ").last?.hasPrefix("failed\n") == true)
            #expect(try await application.get(path)["state"] == "failed")
        }
    }

    @Test func `an upload and its job name each other to whoever may see both`() async throws {
        try await TestApplication.runWithAccounts(settings: { $0.derivationTime = .later }) { application in
            let ada = try await application.token(of: "ada")
            let bob = try await application.token(of: "bob")
            let admin = try await application.token(of: "boss", role: .admin)
            let first = try await application.upload(TestPicture.broken(), token: ada)
            _ = try await application.finishedJob(first["job"], token: ada)
            let second = try await application.upload(TestPicture.broken(), token: bob)
            #expect(second["job"] == first["job"], "one job works for both")
            let path = try #require(first["links", "job"].string)
            _ = try await application.finishedJob(first["job"], token: ada)
            #expect(try await application.get(path, token: ada)["images"] == [first["id"]])
            #expect(try await application.get(path, token: bob)["images"] == [second["id"]])
            #expect(try await application.get(path, token: admin)["images"].count == 2)
            #expect(try await application.get(path).status != 200)
            // A token that may not read is not told of the job.
            let writer = try await application.token(of: "carl", scopes: [.write])
            #expect(try await application.upload(TestPicture.broken(), token: writer)["job"] == .null)
        }
    }

    @Test func `a form names the job of each image, and an upload without renditions to come names none`() async throws
    {
        try await TestApplication.run { application in
            let form = TestForm().file(TestPicture.broken(seed: 1), name: "a.png")
                .file(TestPicture.broken(seed: 2), name: "b.png")
            let answer = try await application.send(form)
            let jobs = try (0...1).map { try #require(answer["images", $0, "job"].string) }
            #expect(Set(jobs).count == 2)
        }
        for time in [Ingest.DerivationTime.never, .now] {
            try await TestApplication.run(settings: { $0.derivationTime = time }) { application in
                let made = try await application.upload(TestPicture.png())
                #expect(made.status == 201 && made["job"] == .null && made["links", "job"] == .null)
            }
        }
    }

    @Test func `jobs are listed in pages, and invalid parameters are named`() async throws {
        try await TestApplication.run { application in
            for name in ["thumbnails", "full-size", "thumbnails"] {
                let asked = try await application.send(.post, "/v1/operations/\(name)/generate")
                #expect(try await application.finishedJob(asked["id"])["state"] == "done")
            }
            #expect(try await application.get("/v1/jobs?kind=generate-thumbnails")["ids"].count == 2)
            let first = try await application.get("/v1/jobs?limit=2")
            #expect(first["ids"].count == 2)
            let cursor = try #require(first["next"].string)
            let second = try await application.get("/v1/jobs?limit=2&cursor=\(cursor)")
            #expect(second["ids"].count == 1 && second["next"] == .null)
            #expect(Set(first["ids"].elements + second["ids"].elements).count == 3)
            for (target, problem) in [
                (
                    "?state=lost",
                    "400 bad-request: The parameter 'state' must be queued, running, done or failed, not 'lost'."
                ),
                (
                    "?kind=x",
                    "400 bad-request: The parameter 'kind' must be derive, generate-thumbnails, generate-full-size, compress, ingest, change, deliver, not 'x'."
                ),
                (
                    "?sort=x",
                    "400 bad-request: There is no parameter 'sort' here; there are: cursor, kind, limit, state."
                ),
                ("/x", "400 malformed-id: 'x' is not the id of a job: ids are UUIDs, as lists have them."),
                ("/x/events", "400 malformed-id: 'x' is not the id of a job: ids are UUIDs, as lists have them."),
                ("/00000000-0000-7000-8000-000000000000", Self.noJob),
                ("/00000000-0000-7000-8000-000000000000/events", Self.noJob),
            ] {
                let answer = try await application.get("/v1/jobs\(target)")
                #expect(answer.problem == problem)
            }
            #expect(
                try await application.send(.post, "/v1/jobs/00000000-0000-7000-8000-000000000000/retry").problem
                    == Self.noJob)
            #expect(
                try await application.send(.delete, "/v1/jobs").problem
                    == "405 method-not-allowed: DELETE is not possible here; these methods are: GET, HEAD, OPTIONS.")
        }
    }

    @Test func `only the owner of its image and admins can see a job`() async throws {
        try await TestApplication.runWithAccounts(settings: { $0.derivationTime = .later }) { application in
            let ada = try await application.token(of: "ada")
            let bob = try await application.token(of: "bob")
            let admin = try await application.token(of: "boss", role: .admin)
            #expect(try await application.upload(TestPicture.broken(), token: ada).status == 201)
            let listed = try await application.get("/v1/jobs", token: ada)
            let job = try await application.finishedJob(listed["ids", 0], token: ada)
            let path = "/v1/jobs/\(job["id"].string ?? "")"
            #expect(job["state"] == "failed")
            for token in [bob, nil] {
                #expect(try await application.get("/v1/jobs", token: token)["ids"] == [])
                #expect(try await application.get(path, token: token).problem == Self.noJob)
                #expect(try await application.get("\(path)/events", token: token).problem == Self.noJob)
            }
            #expect(try await application.send(.post, "\(path)/retry", token: bob).problem == Self.noJob)
            #expect(try await application.send(.post, "\(path)/retry").status == 401)
            #expect(try await application.get(path, token: admin).status == 200)
            #expect(try await application.send(.post, "\(path)/retry", token: ada).status == 202)
        }
    }
}

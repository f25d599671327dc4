import CatalogStorage
import Composition
import Domain
import HTTPTypes
import Services
import TestApplication
import Testing

@Suite struct ChangeRoutesTests {
    private static let wrongCursor = "is of another account or list: begin with the 'next' of a request without it."

    @Test func `changes are told from a cursor on, with what the image shows`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let start = try await application.get("/v1/changes", token: ada)
            #expect(start.status == 200 && start["changes"] == [] && start["more"] == false)
            let next = try #require(start["next"].string)
            let made = try await application.upload(TestPicture.png(), token: ada)
            let changes = try await application.get("/v1/changes?since=\(next)", token: ada)
            let expected: JSONValue = [
                "kind": "added", "image": made["id"], "version": 1, "taken": .null,
                "shape": ["width": made["width"], "height": made["height"]], "colour": .null, "owner": "ada",
            ]
            #expect(changes["changes"].count == 1)
            #expect(changes["changes", 0].without("date") == expected)
            #expect(changes["changes", 0, "date"].string?.hasSuffix("Z") == true)
            #expect(changes["more"] == false)
            _ = try await application.send(.delete, "/v1/images/\(made["id"].string ?? "")", token: ada)
            let later = try await application.get("/v1/changes?since=\(changes["next"].string ?? "")", token: ada)
            #expect(
                later["changes", 0].without("date") == ["kind": "trashed", "image": made["id"]])
            let none = try await application.get("/v1/changes?since=\(later["next"].string ?? "")", token: ada)
            #expect(none["changes"] == [] && none["next"] == later["next"])
            // Nobody else is told of a private image, admins apart.
            let stranger = try await application.get("/v1/changes")
            #expect(stranger["next"].string != nil)
            let kinds = try await application.get("/v1/changes?since=\(next)&kinds=trashed,ready", token: ada)
            #expect(kinds["changes"].count == 1 && kinds["changes", 0, "kind"] == "trashed")
            let part = try await application.get("/v1/changes?since=\(next)&limit=1", token: ada)
            #expect(part["changes"].count == 1 && part["more"] == true)
        }
    }

    @Test func `a private image is told to nobody else, and what is hidden again is deleted`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let bob = try await application.token(of: "bob")
            let start = try #require(try await application.get("/v1/changes", token: bob)["next"].string)
            let open = try #require(try await application.get("/v1/changes")["next"].string)
            let made = try await application.upload(TestPicture.png(), token: ada)
            let path = "/v1/images/\(made["id"].string ?? "")"
            #expect(try await application.get("/v1/changes?since=\(start)", token: bob)["changes"] == [])
            _ = try await application.send(.patch, path, json: #"{"visibility": "public"}"#, token: ada)
            for (cursor, token) in [(start, bob), (open, nil)] {
                let told = try await application.get("/v1/changes?since=\(cursor)", token: token)
                #expect(told["changes"].count == 1 && told["changes", 0, "kind"] == "added")
            }
            _ = try await application.send(.patch, path, json: #"{"visibility": "private"}"#, token: ada)
            for (cursor, token) in [(start, bob), (open, nil)] {
                let told = try await application.get("/v1/changes?since=\(cursor)", token: token)
                #expect(told["changes", 0].without("date") == ["kind": "deleted", "image": made["id"]])
                #expect(told["changes"].count == 1)
            }
        }
    }

    @Test func `cursors that cannot be continued from are refused, with what to do`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let bob = try await application.token(of: "bob")
            let cursor = try #require(try await application.get("/v1/changes", token: ada)["next"].string)
            let foreign = try await application.get("/v1/changes?since=\(cursor)", token: bob)
            #expect(foreign.problem == "400 bad-request: The cursor \(Self.wrongCursor)")
            #expect(foreign["parameter"] == "since")
            #expect(try await application.get("/v1/changes?since=x", token: ada).status == 400)
            #expect(try await application.get("/v1/changes?sinse=x", token: ada)["parameter"] == "sinse")
            #expect(try await application.get("/v1/changes?kinds=added,lost", token: ada)["parameter"] == "kinds")
            #expect(try await application.get("/v1/changes?limit=1001", token: ada)["parameter"] == "limit")
            #expect(try await application.get("/v1/changes/events?streams=x", token: ada)["parameter"] == "streams")
            #expect(try await application.get("/v1/changes/events?since=\(cursor)", token: bob).status == 400)
            let header = try await application.get("/v1/changes/events", ["Last-Event-ID": "x"], token: ada)
            #expect(header.status == 400 && header["header"] == "Last-Event-ID")
            for topic in ["jobs", "uploads", "archives"] {
                #expect(try await application.get("/v1/changes/events?streams=\(topic)").status == 401)
            }
        }
    }

    @Test func `a cursor of a catalogue that was reset is outdated`() async throws {
        try await TestApplication.run { application in
            let cursor = try #require(try await application.get("/v1/changes")["next"].string)
            _ = try await application.upload(TestPicture.png())
            try await application.assembly.repository.catalog.reset()
            for path in ["/v1/changes", "/v1/changes/events"] {
                let outdated = try await application.get("\(path)?since=\(cursor)")
                #expect(outdated.problem.hasPrefix("410 outdated-cursor: The changes since this cursor"))
            }
        }
    }

    @Test func `a stream tells of changes as they happen, and goes on where it was cut off`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let events = try await application.events("/v1/changes/events", token: ada)
            let first = try #require(try await events.next(heartbeats: true))
            #expect(first.name == "heartbeat" && first.id != nil && first.data["date"].string != nil)
            let made = try await application.upload(TestPicture.png(), token: ada)
            let added = try #require(try await events.next())
            #expect(added.name == "change" && added.data["kind"] == "added" && added.data["image"] == made["id"])
            let id = try #require(added.id)
            _ = try await application.send(.delete, "/v1/images/\(made["id"].string ?? "")", token: ada)
            #expect(try await events.next()?.data["kind"] == "trashed")
            let again = try await application.events(
                "/v1/changes/events?since=\(first.id ?? "")", ["Last-Event-ID": id], token: ada)
            #expect(try await again.next()?.data["kind"] == "trashed")
            let filtered = try await application.events(
                "/v1/changes/events?since=\(first.id ?? "")&kinds=added", token: ada)
            _ = try await application.upload(TestPicture.png(width: 31), token: ada)
            #expect(try await filtered.next()?.data["kind"] == "added")
        }
    }

    @Test func `a stream tells of jobs and uploads`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let bob = try await application.token(of: "bob")
            let events = try await application.events("/v1/changes/events?streams=jobs,uploads", token: ada)
            #expect(try await events.next(heartbeats: true)?.id == nil)
            let made = try await application.upload(TestPicture.png(), token: ada)
            for token in [bob, ada] {
                _ = try await application.send(
                    .post, "/v1/uploads", ["Tus-Resumable": "1.0.0", "Upload-Length": "9"], token: token)
            }
            _ = try await application.send(
                .post, "/compress/\(made["id"].string ?? "")", ["Prefer": "respond-async"], token: ada)
            var (jobs, uploads): ([TestEvent], [TestEvent]) = ([], [])
            while jobs.last?.data["state"] != "done" || uploads.isEmpty {
                let event = try #require(try await events.next())
                if event.name == "job" { jobs.append(event) } else { uploads.append(event) }
                #expect(event.id == nil && ["job", "upload"].contains(event.name))
            }
            #expect(jobs.last?.data["images"] == [made["id"]])
            #expect(uploads.count == 1 && uploads[0].data["length"] == 9)
        }
    }

    @Test func `a stream tells of the downloads of the account's own archives`() async throws {
        try await TestApplication.runWithAccounts { application in
            let catalog = application.assembly.repository.catalog
            var own: ArchiveID?
            let events = try await application.events(
                "/v1/changes/events?streams=archives", token: try await application.token(of: "ada"))
            for handle in ["bob", "ada"] {
                let token = try await application.token(of: handle)
                let made = try await application.upload(TestPicture.png(), token: token)
                let archive = try await application.send(
                    .post, "/v1/archives", json: #"{"ids":["\#(made["id"].string ?? "")"]}"#, token: token)
                #expect(archive["state"] == "ready" && archive["bytes_sent"] == 0)
                own = archive["id"].string.flatMap { ArchiveID($0) }
                try await catalog.recordSent(7, of: try #require(own))
            }
            let event = try #require(try await events.next())
            #expect(event.name == "archive" && event.data["id"].string == own.map { "\($0)" })
            #expect(event.data["state"] == "sending" && event.data["bytes_sent"] == 7)
        }
    }

    @Test func `a stream ends with the token`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let events = try await application.events("/v1/changes/events", token: ada)
            #expect(try await events.next(heartbeats: true)?.name == "heartbeat")
            let id = try #require(try await application.get("/v1/tokens", token: ada)["tokens", 0, "id"].string)
            #expect(try await application.send(.delete, "/v1/tokens/\(id)", token: ada).status == 204)
            #expect(try await events.next() == nil)
        }
    }

    @Test func `an account has so many streams at most, and gets back those that have ended`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let bob = try await application.token(of: "bob")
            var open: [TestEvents] = []
            for _ in 0..<20 { open.append(try await application.events("/v1/changes/events", token: ada)) }
            let refused = try await application.get("/v1/changes/events", token: ada)
            #expect(
                refused.problem == "429 too-many-requests: There are 20 streams open already: close one of them first.")
            #expect(refused.fields["Retry-After"] == "30")
            _ = try await application.events("/v1/changes/events", token: bob)
            open.removeLast()
            _ = try await application.events("/v1/changes/events", token: ada)
        }
    }
}

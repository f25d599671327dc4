import Composition
import Domain
import HTTPTypes
import Services
import TestApplication
import Testing

@Suite struct RenderRoutesTests {
    @Test func `an image is rendered as requested, with conditions and ranges`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let made = try await application.upload(TestPicture.png(), "?title=lake")
            let path = "/v1/images/\(made["id"].string ?? "")/render"
            let answer = try await application.get("\(path)?width=20&height=10&fit=cover&format=png")
            #expect(answer.status == 200 && answer.fields["Content-Type"] == "image/png")
            #expect(answer.fields["Vary"]?.contains("Accept") != true)
            // The size is in the header of a PNG file (PNG, section 11.2.2).
            #expect(Array(answer.body[16..<24]) == [0, 0, 0, 20, 0, 0, 0, 10])
            let tag = try #require(answer.fields["ETag"])
            let target = "\(path)?format=png&fit=cover&height=10&width=20"
            let same = try await application.get(target, ["If-None-Match": tag])
            #expect(same.status == 304, "the order of a query makes no other picture")
            #expect(try await application.get(target, ["If-Match": "\"x\""]).status == 412)
            let part = try await application.get(target, ["Range": "bytes=1-3"])
            #expect(part.status == 206 && part.body == Array("PNG".utf8))
            #expect(try await application.get(target, ["Range": "bytes=99999-"]).status == 416)
            let saved = try await application.get("\(target)&download")
            #expect(
                saved.fields["Content-Disposition"] == "attachment; filename=\"lake.png\"; filename*=UTF-8''lake.png")
            #expect(try await application.send(.head, target).fields["ETag"] == tag)
            #expect(
                try await application.send(.delete, target).problem
                    == "405 method-not-allowed: DELETE is not possible here; these methods are: GET, HEAD, OPTIONS.")
        }
    }

    @Test func `an automatic format is one that the client accepts`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let made = try await application.upload(TestPicture.png())
            let target = "/v1/images/\(made["id"].string ?? "")/render?width=16&format=auto"
            for (accept, type) in [
                ("image/webp,*/*", "image/webp"), ("*/*", "image/jpeg"), ("image/webp;q=0.5,*/*", "image/jpeg"),
                ("image/avif;q=0.9,image/webp;q=0.8", "image/avif"), ("image/avif;q=0,image/webp", "image/webp"),
                ("image/jpeg;q=0,*/*", "image/png"), ("text/html", "image/jpeg"),
            ] {
                let answer = try await application.get(target, ["Accept": accept])
                #expect(answer.status == 200 && answer.fields["Content-Type"] == type)
                #expect(answer.fields.has("Accept", in: "Vary"))
            }
        }
    }

    @Test func `an invalid parameter of the query is refused and named`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let made = try await application.upload(TestPicture.png())
            let path = "/v1/images/\(made["id"].string ?? "")/render"
            for (query, problem) in [
                ("widht=5", "400 bad-request: There is no parameter 'widht' here; there are: "),
                ("width=5&width=6", "400 bad-request: The parameter 'width' may be given only once."),
                ("signature=a&signature=b", "400 bad-request: The parameter 'signature' may be given only once."),
                ("width=0", "400 bad-request: "), ("width=many", "400 bad-request: "),
                ("format=exe", "400 bad-request: "),
                ("preset=card", "400 bad-request: "),
            ] {
                let answer = try await application.get("\(path)?\(query)")
                #expect(answer.problem.hasPrefix(problem))
                #expect(answer["detail"].string?.contains(query.prefix { $0 != "=" }) == true)
            }
            #expect(
                try await application.get("/v1/images/x/render").problem
                    == "400 malformed-id: 'x' is not the id of an image: ids are UUIDs, as lists have them.")
            #expect(
                try await application.get("/v1/images/00000000-0000-7000-8000-000000000000/render").problem
                    == "404 not-found: There is no such image.")
        }
    }

    @Test func `if signatures are required, only signed addresses are rendered`() async throws {
        try await TestApplication.runWithAccounts(settings: { $0.requiresSignatures = true }) { application in
            let ada = try await application.token(of: "ada")
            let bob = try await application.token(of: "bob")
            let made = try await application.upload(TestPicture.png(), token: ada)
            let path = "/v1/images/\(made["id"].string ?? "")/render?width=16&format=png"
            let unsigned = try await application.get(path, token: ada)
            #expect(unsigned.problem.hasPrefix("403 forbidden: "))
            let signed = try await application.signed(path)
            #expect(try await application.get(signed).status == 200)
            #expect(try await application.get(signed, token: bob).status == 200)
            let changed = signed.replacing("width=16", with: "width=17")
            #expect(try await application.get(changed).problem.hasPrefix("403 forbidden: "))
            let late = try await application.signed(path, expires: Timestamp(seconds: 1_000_000_000))
            #expect(try await application.get(late).problem.hasPrefix("403 forbidden: "))
        }
    }
}

import API
import Composition
import Domain
import HTTPTypes
import Services
import TestApplication
import Testing

@Suite struct ImageServiceRoutesTests {
    private static let base = "http://localhost:5000"

    private static func run(
        _ body: @escaping @Sendable (_ application: TestApplication, _ path: String) async throws -> Void
    ) async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let made = try await application.upload(TestPicture.png(width: 600, height: 400), "?visibility=public")
            try await body(application, "/iiif/3/\(try #require(made["id"].string))")
        }
    }

    @Test func `the information has what a viewer needs`() async throws {
        try await Self.run { application, path in
            let answer = try await application.get("\(path)/info.json")
            #expect(answer.status == 200 && answer.fields["Content-Type"] == "application/json")
            #expect(answer["@context"] == "http://iiif.io/api/image/3/context.json")
            #expect(answer["id"] == "\(Self.base)\(path)")
            #expect(answer["type"] == "ImageService3" && answer["profile"] == "level2")
            #expect(answer["protocol"] == "http://iiif.io/api/image")
            #expect(answer["width"] == 600 && answer["height"] == 400)
            #expect(answer["tiles"] == [["width": 512, "scaleFactors": [1, 2]]])
            #expect(answer["sizes"] == [["width": 300, "height": 200], ["width": 600, "height": 400]])
            #expect(answer["extraQualities"] == ["color", "gray", "bitonal"])
            #expect(answer.fields["Link"] == "<http://iiif.io/api/image/3/level2.json>;rel=\"profile\"")
            #expect(answer.fields.has("Accept", in: "Vary"))
            #expect(answer.fields["Access-Control-Allow-Origin"] == "*")
            let linked = try await application.get("\(path)/info.json", ["Accept": "application/ld+json"])
            #expect(
                linked.fields["Content-Type"]
                    == "application/ld+json;profile=\"http://iiif.io/api/image/3/context.json\"")
            let redirect = try await application.get(path)
            #expect(redirect.status == 303 && redirect.fields["Location"] == "\(Self.base)\(path)/info.json")
        }
    }

    @Test func `a configured public address takes precedence over the request`() async throws {
        try await TestApplication.run(
            settings: { ($0.publicURL, $0.derivationTime) = (PublicURL("https://images.example.org"), .never) },
            { application in
                let made = try await application.upload(TestPicture.png())
                let path = "/iiif/3/\(made["id"].string ?? "")"
                let answer = try await application.get("\(path)/info.json")
                #expect(answer["id"] == "https://images.example.org\(path)")
            })
    }

    @Test func `an image states its canonical address, and both addresses return the same`() async throws {
        try await Self.run { application, path in
            let answer = try await application.get("\(path)/0,0,600,400/60,/!360/color.png")
            #expect(answer.status == 200 && answer.fields["Content-Type"] == "image/png")
            #expect(Array(answer.body[16..<24]) == [0, 0, 0, 60, 0, 0, 0, 40])
            let canonical = "\(path)/full/60,40/!0/default.png"
            #expect(
                answer.fields["Link"]
                    == "<\(Self.base)\(canonical)>;rel=\"canonical\", <http://iiif.io/api/image/3/level2.json>;rel=\"profile\""
            )
            let tag = try #require(answer.fields["ETag"])
            #expect(try await application.get(canonical, ["If-None-Match": tag]).status == 304)
            #expect(try await application.get(canonical, ["Range": "bytes=1-3"]).body == Array("PNG".utf8))
            #expect(try await application.send(.head, canonical).fields["ETag"] == tag)
            let preflight = try await application.send(
                .options, canonical, ["Origin": "https://a.example", "Access-Control-Request-Method": "GET"])
            #expect(preflight.status == 204 && preflight.fields["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS")
        }
    }

    @Test func `an invalid request is refused with a reason`() async throws {
        try await Self.run { application, path in
            for request in [
                "full/max/0/default.exe", "full/max/0/default.jp2", "full/max/0/deep.jpg", "full/max/361/default.jpg",
                "full/max/-1/default.jpg", "full/max/NaN/default.jpg", "full/9999,/0/default.jpg",
                "full/^16384,/0/default.jpg", "full/!9000,9000/0/default.jpg", "full/pct:101/0/default.jpg",
                "full/pct:0/0/default.jpg", "full/0,/0/default.jpg", "full/full/0/default.jpg",
                "600,0,10,10/max/0/default.jpg", "0,0,0,10/max/0/default.jpg", "pct:0,0,0,0/max/0/default.jpg",
                "a,b,c,d/max/0/default.jpg", "0,0,600,1/1,/0/default.jpg", "full/1e3,/0/default.jpg",
            ] {
                let answer = try await application.get("\(path)/\(request)")
                #expect(answer.problem.hasPrefix("400 bad-request: "), "\(request)")
                #expect((answer["detail"].string ?? "").count > 20, "\(request)")
                #expect(answer.fields["Access-Control-Allow-Origin"] == "*")
            }
            for id in ["nothing", "a%2Fb", "[x]", "00000000-0000-7000-8000-000000000000"] {
                for rest in ["", "/info.json", "/full/max/0/default.jpg"] {
                    let answer = try await application.get("/iiif/3/\(id)\(rest)")
                    #expect(answer.problem.hasPrefix("404 not-found: There is no "))
                }
            }
        }
    }

    @Test func `only its owner can see a private image`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let bob = try await application.token(of: "bob")
            let made = try await application.upload(TestPicture.png(), token: ada)
            for rest in ["/info.json", "/full/max/0/default.png"] {
                let target = "/iiif/3/\(made["id"].string ?? "")\(rest)"
                #expect(try await application.get(target, token: ada).status == 200)
                #expect(try await application.get(target).problem == "404 not-found: There is no such image.")
                #expect(
                    try await application.get(target, token: bob).problem == "404 not-found: There is no such image.")
            }
        }
    }
}

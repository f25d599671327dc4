import Composition
import HTTPTypes
import Services
import TestApplication
import Testing

/// Names of files, from the upload to the download.
@Suite struct FileNameRoutesTests {
    @Test func `a name in a form is unescaped, and a title has one ending in every download`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let names = ["a%22b%0D%0A.png", "v1.2", "c.jpg.png"]
            let form = names.indices.reduce(TestForm()) { form, index in
                form.file(TestPicture.png(seed: UInt32(index + 1)), name: names[index])
            }
            let answer = try await application.send(form)
            let titles = try names.indices.map { try #require(answer["images", $0, "title"].string) }
            #expect(titles == ["a\"b", "v1.2", "c.jpg"])
            let ids = try names.indices.map { try #require(answer["images", $0, "id"].string) }
            for (id, name) in zip(ids, ["a_b.png", "v1.2.png", "c.png"]) {
                let file = try await application.get("/v1/images/\(id)/original")
                #expect(file.fields["Content-Disposition"]?.contains("filename=\"\(name)\"") == true)
            }
            let list = ids.map { "\"\($0)\"" }.joined(separator: ",")
            let made = try await application.send(
                .post, "/v1/archives", json: #"{"ids":[\#(list)],"name":"trip.zip"}"#)
            #expect(made["name"] == "trip")
            let archive = try await application.get(try #require(made["url"].string))
            #expect(archive.fields["Content-Disposition"]?.contains("filename=\"trip.zip\"") == true)
            for name in ["a_b.png", "v1.2.png", "c.png"] { #expect(archive.body.contains(Array(name.utf8))) }
            #expect(!archive.body.contains(Array("c.jpg".utf8)))
        }
    }

    @Test func `a name outside of a form is taken as it is`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let fields: HTTPFields = [
                "Content-Type": "image/png", "Content-Disposition": "attachment; filename=\"100%22.png\"",
            ]
            let answer = try await application.send(.post, "/upload/", fields, body: [TestPicture.png()])
            #expect(answer["title"] == "100%22")
        }
    }
}

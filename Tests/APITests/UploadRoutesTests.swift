import Domain
import HTTPTypes
import TestApplication
import Testing

@Suite struct UploadRoutesTests {
    @Test func `a bare body becomes an image with a record`() async throws {
        try await TestApplication.run { application in
            let answer = try await application.upload(TestPicture.png(), "?name=lake.png")
            #expect(answer.status == 201)
            #expect(answer["title"] == .string("lake") && answer["format"] == .string("png"))
            #expect(answer["width"] == .integer(64) && answer["height"] == .integer(48))
            #expect(answer["duplicate"] == .bool(false))
            let id = try #require(answer["id"].string)
            #expect(answer.fields["Location"] == "/v1/images/\(id)")
            let original = try await application.get("/v1/images/\(id)/original")
            #expect(original.status == 200 && original.body == TestPicture.png())
        }
    }

    @Test func `the same bytes again are a duplicate`() async throws {
        try await TestApplication.run { application in
            let first = try await application.upload(TestPicture.png())
            let second = try await application.upload(TestPicture.png())
            #expect(second.status == 200 && second["duplicate"] == .bool(true) && second["id"] == first["id"])
            #expect(try await application.get("/v1/images")["ids"].count == 1)
        }
    }
}

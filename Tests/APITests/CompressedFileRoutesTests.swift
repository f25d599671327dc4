import Composition
import Domain
import HTTPTypes
import Services
import TestApplication
import Testing

@Suite struct CompressedFileRoutesTests {
    @Test func `of several first files at the same time one is kept, and the others are refused`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let png = TestPicture.png()
            let path = "/v1/images/\(try await application.upload(png)["id"].string ?? "")/compressed"
            func statuses(
                _ method: HTTPMethod, _ fields: HTTPFields, _ body: [UInt8]
            ) async throws -> [Int] {
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<8 {
                        group.addTask { try await application.send(method, path, fields, body: [body]).status }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }.sorted()
                }
            }
            let put = try await statuses(.put, ["If-None-Match": "*"], png)
            #expect(put == [201] + [Int](repeating: 412, count: 7))
            let tag = try #require(try await application.get(path).fields["ETag"])
            let deleted = try await statuses(.delete, ["If-Match": tag], [])
            #expect(deleted == [204] + [Int](repeating: 412, count: 7))
        }
    }

    @Test func `a received compressed file is kept if it is smaller and looks like its original`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let png = TestPicture.png()
            let made = try await application.upload(png)
            let id = try #require(made["id"].string)
            let path = "/v1/images/\(id)/compressed"
            // The server itself makes a smaller file, which serves as the file of another compressor.
            let webp = try await application.get("/download/\(id)?type=webp&transform=compress").body
            #expect(try await application.send(.delete, path).status == 404, "it was made to be read, and is not kept")
            func put(_ bytes: [UInt8], _ fields: HTTPFields = [:]) async throws -> TestResponse {
                try await application.send(.put, path, fields, body: [bytes])
            }
            let first = try await put(webp, ["If-None-Match": "*"])
            #expect(first.status == 201)
            #expect(first["format"] == "webp" && first["state"] == "done" && first["type"] == "compressed")
            #expect(first["bytes"] == .integer(Int64(webp.count)))
            #expect(try await application.get(path).body == webp)
            #expect(try await put(webp).status == 200)
            let failed =
                "412 precondition-failed: The compressed file that there is, or is not, is not what your condition says."
            #expect(try await put(webp, ["If-None-Match": "*"]).problem == failed)
            #expect(try await put(webp, ["If-Match": "\"other\""]).problem == failed)
            let tag = try #require(try await application.get(path).fields["ETag"])
            #expect(try await put(webp, ["If-Match": tag]).status == 200)

            let other = try await application.upload(TestPicture.png(width: 64, height: 48, seed: 0x8080))
            let otherWebP = try await application.get("/download/\(other["id"].string ?? "")?type=webp").body
            for (bytes, problem) in [
                (
                    TestPicture.png(width: 65, height: 60),
                    "409 conflict: A compressed file must be smaller than the original of \(png.count) bytes."
                ),
                (
                    TestPicture.png(width: 8, height: 8),
                    "409 conflict: The picture has 64 × 48 pixels, and this file 8 × 8: a compressed file has as many as the original."
                ),
                (
                    otherWebP,
                    "409 conflict: The file does not look like its original: compress it with a higher quality."
                ),
                (Array("text".utf8), "415 unsupported-format: This is plain text."),
                ([], "400 bad-request: The file is empty: there is no image to keep."),
            ] {
                let answer = try await put(bytes)
                #expect(answer.problem.hasPrefix(problem))
            }
            #expect(try await application.get(path).body == webp)
            // The original's own bytes are accepted instead.
            let same = try await put(png)
            #expect(same.status == 200 && same["format"] == "png")
            #expect(
                try await application.send(.put, path + "?verify=true", body: [webp]).problem
                    == "400 bad-request: This route takes no parameters, so not 'verify' either.")
        }
    }

    @Test func `only the owner may send a compressed file`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let bob = try await application.token(of: "bob")
            let hidden = try await application.upload(TestPicture.png(seed: 1), token: ada)
            let shown = try await application.upload(TestPicture.png(seed: 2), "?visibility=public", token: ada)
            func put(_ image: TestResponse, token: String?) async throws -> String {
                try await application.send(
                    .put, "/v1/images/\(image["id"].string ?? "")/compressed", token: token, body: [[1]]
                ).problem
            }
            #expect(try await put(hidden, token: bob) == "404 not-found: There is no such image.")
            #expect(
                try await put(shown, token: bob)
                    == "403 forbidden: The image belongs to another account: only that one, or an admin, may change it."
            )
            #expect(
                try await put(shown, token: nil)
                    == "401 unauthorized: This needs an account: log in (POST /v1/sessions), or send a token.")
            let reader = try await application.token(of: "ada", scopes: [.read])
            #expect(
                try await put(shown, token: reader)
                    == "403 insufficient-scope: The token lacks the scope 'write', which this needs: use another one.")
            #expect(try await put(shown, token: ada).hasPrefix("415 unsupported-format: "))
        }
    }
}

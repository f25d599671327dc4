import Domain
import Foundation
import HTTPTypes
import TestApplication
import Testing

@testable import API

@Suite struct ProblemTypeTests {
    /// The rows of the tables in docs/problems.md.
    private static func documented() throws -> [String] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/problems.md"), encoding: .utf8)
        return text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map(String.init)
    }

    @Test func `the documentation lists the types of the code and no others`() throws {
        let types = ProblemType.allCases.map { "| `\($0.rawValue)` | \($0.status.code) | \($0.meaning) |" }
        #expect(try Self.documented() == types)
    }

    @Test func `each type is explained at its address`() async throws {
        try await TestApplication.run { application in
            for type in ProblemType.allCases {
                let page = try await application.get(type.path)
                #expect(page.status == 200 && page.fields["Content-Type"] == "text/html; charset=utf-8")
                #expect(page.text.contains("<h1>\(type.rawValue)</h1>") && page.text.contains(type.meaning))
                #expect(!type.meaning.contains { "<>&".contains($0) })
            }
            let unknown = try await application.get("/problems/headache")
            #expect(
                unknown.problem.hasPrefix("404 not-found: There is no such type of problems; there are: bad-request, "))
        }
    }

    @Test func `a problem names the value that is at fault`() async throws {
        try await TestApplication.run { application in
            let png = TestPicture.png()
            let id = try #require(try await application.upload(png)["id"].string)
            let long = String(repeating: "x", count: 501)
            func member(_ name: String, of path: String) async throws -> String? {
                try await application.get(path)[name].string
            }
            #expect(try await member("parameter", of: "/v1/images?limit=0") == "limit")
            #expect(try await member("parameter", of: "/v1/images?colour=red") == "colour")
            #expect(try await member("parameter", of: "/v1/images?q=width%3Ax") == "q")
            #expect(try await member("parameter", of: "/v1/images/x") == "id")
            #expect(try await member("parameter", of: "/v1/images/\(id)/render?width=0") == "width")
            #expect(try await member("parameter", of: "/v1/images/\(id)/render?page=7") == "page")
            #expect(try await member("parameter", of: "/iiif/3/\(id)/full/none/0/default.jpg") == "size")
            #expect(try await member("parameter", of: "/download/\(id)?type=doc") == "type")
            let upload = try await application.upload(png, "?title=\(long)")
            #expect(upload["parameter"] == "title" && upload["pointer"] == .null)
            let change = try await application.send(.patch, "/v1/images/\(id)", json: #"{"title":"\#(long)"}"#)
            #expect(change["pointer"] == "/title" && change["parameter"] == .null)
            let tag = try await application.send(.patch, "/v1/images/\(id)", json: #"{"tags":["a",5]}"#)
            #expect(tag["pointer"] == "/tags/1" && tag["type"] == "/problems/wrong-json-type")
        }
    }
}

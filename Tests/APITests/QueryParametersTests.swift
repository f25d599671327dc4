import Domain
import HTTPTypes
import Testing

@testable import API

@Suite struct QueryParametersTests {
    private static func query(_ text: String) throws -> QueryParameters {
        try QueryParameters(
            try RequestTarget("/x?\(text)"), known: ["n", "flag", "tag", "cursor"], repeatable: ["tag"])
    }

    @Test(arguments: [
        ("m=1", "There is no parameter 'm' here; there are: cursor, flag, n, tag."),
        ("n=1&n=1", "The parameter 'n' may be given only once."),
        ("N=1", "There is no parameter 'N' here; there are: "),
        ("=1", "There is no parameter '' here; there are: "), ("%6Eo", "There is no parameter 'no' here; there are: "),
    ])
    func `an unknown or repeated parameter is a problem`(text: String, detail: String) throws {
        let problem = try #require(throws: Problem.self) { try Self.query(text) }
        #expect(
            problem.status == .badRequest && problem.type.rawValue == "bad-request" && problem.detail.hasPrefix(detail))
    }

    @Test func `a route without parameters refuses any parameter`() throws {
        let target = try RequestTarget("/x?n=1")
        let problem = try #require(throws: Problem.self) { try QueryParameters(target, known: []) }
        #expect(problem.detail == "This route takes no parameters, so not 'n' either.")
        _ = try QueryParameters(try RequestTarget("/x?"), known: [])
    }

    @Test(arguments: [("n=1", 1), ("n=9", 9), ("n=%2B5", 5), ("", nil)] as [(String, Int?)])
    func `a number within its limits is read`(text: String, number: Int?) throws {
        #expect(try Self.query(text).number("n", in: 1...9) == number)
    }

    @Test(arguments: ["0", "10", "", "x", "1.0", "0x1", "1e0", " 1", "99999999999999999999"])
    func `a number outside its limits is a problem`(text: String) throws {
        let query = try Self.query("n=\(PercentEncoding.encode(text))")
        let problem = try #require(throws: Problem.self) { try query.number("n", in: 1...9) }
        #expect(problem.detail == "The parameter 'n' must be a whole number from 1 to 9, not '\(text)'.")
    }

    @Test func `a flag is true or false, and false by default`() throws {
        #expect(try Self.query("flag=true").flag("flag"))
        #expect(try !Self.query("flag=false").flag("flag"))
        #expect(try !Self.query("").flag("flag"))
        for text in ["", "1", "TRUE", "yes"] {
            let query = try Self.query("flag=\(text)")
            let problem = try #require(throws: Problem.self) { try query.flag("flag") }
            #expect(problem.detail == "The parameter 'flag' must be true or false, not '\(text)'.")
        }
    }

    @Test func `texts are decoded, and keep their order`() throws {
        let query = try Self.query("tag=b&tag=a%26b&tag=&n=c+d")
        #expect(query.texts("tag") == ["b", "a&b", ""] && query.text("n") == "c d" && query.text("flag") == nil)
        #expect(try query.values("tag", "a text") { $0.count } == [1, 3, 0])
        let problem = try #require(throws: Problem.self) {
            try query.values("tag", "a text") { $0.isEmpty ? nil : $0 }
        }
        #expect(problem.detail == "The parameter 'tag' must be a text, not ''.")
    }

    @Test func `a long value is shown by its beginning`() throws {
        let query = try Self.query("n=\(String(repeating: "x", count: 1000))")
        let problem = try #require(throws: Problem.self) { try query.number("n", in: 1...9) }
        #expect(problem.detail.hasSuffix("not '\(String(repeating: "x", count: 100))'."))
    }
}

import Domain
import Foundation
import HTTPTypes
@testable import Services
import TestApplication
import Testing

@testable import API

@Suite struct ProblemTests {
    private static func json(_ problem: Problem) throws -> JSONValue {
        guard case .bytes(let bytes) = problem.response.body else { return .null }
        return try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
    }

    @Test func `a problem has the form of RFC 9457`() throws {
        let problem = Problem(.notFound, "There is nothing.")
        #expect(problem.response.status == .notFound)
        #expect(problem.response.fields["Content-Type"] == "application/problem+json")
        #expect(problem.response.fields["Cache-Control"] == "no-store")
        #expect(problem.response.fields["WWW-Authenticate"] == nil && problem.response.fields["Retry-After"] == nil)
        let body: JSONValue = [
            "type": "/problems/not-found", "title": "Not Found", "status": 404, "detail": "There is nothing.",
        ]
        #expect(try Self.json(problem) == body && problem.json == body)
    }

    @Test func `a problem has members for programs`() throws {
        var problem = Problem(.overloaded, "Later.")
        (problem.retryAfterSeconds, problem.bytesLeft, problem.requestID, problem.position) = (7, 5, "r", 3)
        #expect(problem.response.fields["Retry-After"] == "7")
        let body = try Self.json(problem)
        #expect(body["type"] == "/problems/overloaded" && body["bytes_left"] == 5)
        #expect(body["request_id"] == "r" && body["position"] == 3)
        #expect(Problem(.unauthorized, "").response.fields["WWW-Authenticate"] == "Bearer realm=\"tintype\"")
    }

    @Test(
        arguments: [
            (.notFound, 404, "not-found"), (.unauthenticated, 401, "unauthorized"),
            (.wrongPassword, 401, "wrong-password"), (.forbidden, 403, "forbidden"),
            (.throttled(seconds: 9), 429, "too-many-requests"), (.quotaExceeded(bytesLeft: 5), 507, "quota-exceeded"),
            (.invalid, 400, "bad-request"), (.conflict, 409, "conflict"), (.gone, 410, "gone"),
            (.stale, 412, "precondition-failed"), (.unsupported, 415, "unsupported-format"),
            (.tooLarge, 413, "content-too-large"), (.tooManyPixels, 422, "image-too-large"),
            (.damaged, 422, "damaged-image"), (.digestMismatch, 400, "digest-mismatch"),
            (.storageFull, 507, "insufficient-storage"), (.overloaded, 503, "overloaded"),
            (.incomplete(UnavailableFiles()), 409, "files-unavailable"),
        ] as [(ServiceError.Code, Int, String)])
    func `a service's error has a status and a type`(code: ServiceError.Code, status: Int, name: String) {
        let problem = Problem(ServiceError(code, "Why."), requestID: "r")
        #expect(problem.status.code == status && problem.type.rawValue == name && problem.detail == "Why.")
        #expect(problem.requestID == nil)
        #expect(problem.retryAfterSeconds == (code == .throttled(seconds: 9) ? 9 : code == .overloaded ? 2 : nil))
        #expect(problem.bytesLeft == (code == .quotaExceeded(bytesLeft: 5) ? 5 : nil))
        #expect((problem.unavailable != nil) == (code == .incomplete(UnavailableFiles())))
    }

    @Test(
        arguments: [
            (.tooManyConnections, 503, "too-many-connections", 2),
            (.tooManyConnectionsFromAddress, 503, "too-many-connections", 2),
            (.malformed("x"), 400, "bad-request", nil),
            (.targetTooLong(limit: 5), 414, "uri-too-long", nil),
            (.headersTooLarge(limit: 5), 431, "request-header-fields-too-large", nil),
            (.bodyTooLarge(limit: 5), 413, "content-too-large", nil),
            (.unknownExpectation, 417, "expectation-failed", nil),
            (.unsupportedVersion, 505, "unsupported-version", nil), (.stopping, 503, "stopping", 5),
        ] as [(HTTPRefusal, Int, String, Int?)])
    func `a refusal of the server has a status and a type`(
        refusal: HTTPRefusal, status: Int, name: String, retryAfter: Int?
    ) {
        let problem = Problem(refusal, requestID: "r")
        #expect(
            problem.status.code == status && problem.type.rawValue == name && problem.retryAfterSeconds == retryAfter)
    }

    @Test func `an internal error reveals only the id of its request`() {
        struct Mistake: Error { let secret = "/var/lib/data" }
        let problem = Problem(Mistake(), requestID: "r-1")
        #expect(problem.status == .internalServerError && problem.requestID == "r-1")
        #expect(!problem.detail.contains("var"))
        #expect(Problem(CancellationError(), requestID: "r").status == .serviceUnavailable)
    }

    @Test(
        arguments: [
            ("{}", "missing-member", "/a", "The body lacks the member 'a'."),
            ("", "malformed-json", nil, "The body is not valid JSON: it ends too early, after 0 bytes."),
            (
                #"{"a":{"b":[1,]}}"#, "malformed-json", nil,
                "The body is not valid JSON: there is an unexpected character, after 13 bytes."
            ),
            ("5", "wrong-json-type", "", "The body must be an object."),
            (#"["a"]"#, "wrong-json-type", "", "The body must be an object."),
            (#"{"a":{"b":[1]},"c/~":1}"#, "unknown-member", "/c~1~0", "There is no member 'c/~' here; there are: a."),
            (#"{"a":null}"#, "wrong-json-type", "/a", "The member 'a' must be an object, and not null."),
            (#"{"a":{}}"#, "missing-member", "/a/b", "The member 'a' lacks the member 'b'."),
            (#"{"a":{"b":{}}}"#, "wrong-json-type", "/a/b", "The member 'a.b' must be an array."),
            (#"{"a":{"b":"x"}}"#, "wrong-json-type", "/a/b", "The member 'a.b' must be an array."),
            (#"{"a":{"b":[1,"x"]}}"#, "wrong-json-type", "/a/b/1", "The member 'a.b.1' must be a whole number."),
        ] as [(String, String, String?, String)])
    func `what is wrong with a body is told apart`(json: String, type: String, pointer: String?, detail: String) throws
    {
        struct Inner: Decodable { let b: [Int] }
        struct Outer: JSONObjectBody {
            let a: Inner
            enum CodingKeys: String, CodingKey, CaseIterable { case a }
        }
        let problem = try #require(throws: Problem.self) { try JSONBody.decode(Outer.self, from: Array(json.utf8)) }
        #expect(problem.type.rawValue == type && problem.detail == detail)
        #expect(problem.fault == pointer.map { .pointer($0) })
    }
}

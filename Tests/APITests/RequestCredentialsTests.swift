import HTTPTypes
import Services
import Streams
import Testing

@testable import API

@Suite struct RequestCredentialsTests {
    private static func request(_ fields: HTTPFields) throws -> HTTPRequest {
        HTTPRequest(
            method: .get, target: try RequestTarget("/"), fields: fields,
            connection: HTTPRequest.Connection(address: "127.0.0.1"), id: "", contentLength: nil, body: .empty)
    }

    @Test(
        arguments: [
            (["Authorization": "Bearer abc"], .bearer("abc")), (["Authorization": "bearer a b"], .bearer("a b")),
            (["Authorization": "Bearer abc", "Cookie": "tintype_session=x"], .bearer("abc")),
            (["Cookie": "a=1; tintype_session=x.y.z; b=2"], .cookie("x.y.z")),
            (["Cookie": "tintype_session=a=b"], .cookie("a=b")),
            (["Cookie": "xtintype_session=x"], .none(actingAs: nil)),
            (["Tintype-Account": "ada"], .none(actingAs: "ada")),
        ] as [(HTTPFields, Authenticator.Credentials)])
    func `credentials are read from a request`(fields: HTTPFields, credentials: Authenticator.Credentials) throws {
        #expect(try RequestCredentials.read(try Self.request(fields)) == credentials)
    }

    @Test(arguments: ["", "Bearer", "Bearer ", "Basic YTpi", "abc", "Bearerabc x"])
    func `an Authorization other than a bearer token is refused`(text: String) throws {
        let request = try Self.request(["Authorization": text])
        let problem = try #require(throws: Problem.self) { try RequestCredentials.read(request) }
        #expect(problem.status == .unauthorized && problem.detail == "Authorization must be 'Bearer' and a token.")
    }
}

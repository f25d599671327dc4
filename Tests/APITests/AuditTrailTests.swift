import Domain
import Foundation
import HTTPTypes
import Services
import Streams
import SystemIO
import Telemetry
import TestApplication
import Testing

@testable import API
@testable import Composition

@Suite struct AuditTrailTests {
    /// The lines that a body logs, each as JSON.
    private static func lines(_ body: (Logger) async throws -> Void) async throws -> [JSONValue] {
        let path = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID())")
        defer { try? FileManager.default.removeItem(at: path) }
        let log = Logger(output: try FileDescriptor(creating: FilePath(path.path)), level: .info) { "now" }
        try await body(log)
        log.close()
        return try String(contentsOf: path, encoding: .utf8).split(separator: "\n").map { line in
            try JSONDecoder().decode(JSONValue.self, from: Data(line.utf8))
        }
    }

    private static func request() throws -> HTTPRequest {
        HTTPRequest(
            method: .post, target: try RequestTarget("/v1/sessions"), fields: [:],
            connection: HTTPRequest.Connection(address: "192.0.2.1"), id: "r", contentLength: 0, body: .empty)
    }

    @Test func `an event is logged with who attempts it, from where, and the outcome`() async throws {
        let request = try Self.request()
        let lines = try await Self.lines { log in
            let trail = AuditTrail()
            trail.note(.login, "ada")
            trail.log(.created, of: request, by: .stranger, to: log)
            trail.log(.unauthorized, of: request, by: .root, to: log)
        }
        #expect(
            lines.first == [
                "time": "now", "level": "info", "message": "security", "event": "login", "subject": "ada",
                "outcome": "done", "status": 201, "account": "none", "address": "192.0.2.1", "request": "r",
            ])
        #expect(lines.last?["level"] == "warning" && lines.last?["outcome"] == "refused")
        #expect(lines.last?["account"] == "root" && lines.count == 2)
    }

    @Test func `a success that is no news is not logged`() async throws {
        let request = try Self.request()
        let lines = try await Self.lines { log in
            let trail = AuditTrail()
            trail.note(.sessionRefresh, "", onlyIfRefused: true)
            trail.log(.ok, of: request, by: .root, to: log)
            trail.log(.forbidden, of: request, by: .root, to: log)
        }
        #expect(lines.map { $0["status"] } == [403])
    }

    @Test func `each route that security depends on notes its event`() async throws {
        struct Recorded: HTTPHandler {
            let application: Application
            func respond(to request: HTTPRequest) async -> HTTPResponse { await application.respond(to: request) }
            func refuse(_ refusal: HTTPRefusal) -> HTTPResponse { application.refuse(refusal) }
        }
        let lines = try await TestApplication.run(settings: { $0.derivationTime = .never }) { test in
            try await Self.lines { log in
                let routes = test.server.routes
                let open = Application(
                    routes: routes, log: log, authenticator: test.server.authenticator, local: LocalAccess(users: [0]))
                let handler = Recorded(application: open)
                func send(_ method: HTTPMethod, _ path: String, _ body: String = "") async throws -> TestResponse {
                    try await handler.send(method, path, ["Content-Type": "application/json"], body: [Array(body.utf8)])
                }
                let made = try await handler.send(
                    .post, "/upload/", ["Content-Type": "image/png"], body: [TestPicture.png()])
                let id = made["id"].string ?? ""
                _ = try await send(.patch, "/v1/images/\(id)", #"{"title":"no event"}"#)
                _ = try await send(.patch, "/v1/images/\(id)", #"{"visibility":"public"}"#)
                _ = try await send(.get, "/v1/images/\(id)/render?width=8&key=x&signature=x")
                _ = try await send(.post, "/v1/tokens", #"{"name":"t","scopes":["read"]}"#)
                _ = try await send(.post, "/v1/sessions", #"{"handle":"ada","password":"a wrong guess"}"#)
                _ = try await send(.delete, "/v1/images/\(id)")
                _ = try await send(.post, "/v1/accounts", #"{"handle":"ada","password":"a passphrase"}"#)
                // A stranger's request is no event, and neither is one that is only malformed.
                _ = try await send(.get, "/v1/sessions")
                for fields in [
                    ["Authorization": "Bearer tt_forged"], ["Authorization": "Basic eA=="],
                    ["Authorization": "Bearer a.b.c"], ["If-Match": "x", "Authorization": "Bearer a.b.c"],
                ] as [HTTPFields] {
                    #expect(try await handler.send(.get, "/v1/images", fields, body: []).status >= 400)
                }
            }
        }
        #expect(
            lines.map { "\($0["event"].string ?? "") \($0["outcome"].string ?? "")" } == [
                "visibility-change done", "signature refused", "token-issue done", "login refused",
                "image-deletion done", "registration done", "credentials refused", "credentials refused",
                "credentials refused",
            ])
    }
}

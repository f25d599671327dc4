import Domain
import HTTPTypes
import Runtime
import Services
import SystemIO
import Telemetry
import TestApplication
import Testing

@testable import API

@Suite struct CompressionServiceRoutesTests {
    private struct Asked: Equatable {
        let id: ImageID, format: ImageFormat?, token: String?
    }

    /// A compressor that compresses nothing, and records its requests.
    private final class Compressor: Sendable {
        let asked = Locked<[Asked]>([])
        let isReady = Locked(true)

        func application() throws -> Application {
            let routes = CompressionServiceRoutes(
                compress: { id, format, token in
                    self.asked.withLock { $0.append(Asked(id: id, format: format, token: token)) }
                    guard token != "bad" else { throw ServiceError(.forbidden, "It may not.") }
                    return CompressionReceipt(image: id, format: format ?? .webp, width: 4, height: 3, bytes: 5)
                }, objection: { self.isReady.withLock { $0 } ? nil : "the store does not answer" }, metrics: Metrics(),
                version: "1.2.3")
            let log = Logger(output: try FileDescriptor(duplicating: 2), level: .error) { "" }
            return Application(routes: routes.routes, log: log, authenticator: nil)
        }
    }

    @Test func `an image is compressed with the token of the client`() async throws {
        let compressor = Compressor()
        let application = try compressor.application()
        let id = ImageID()
        let answer = try await application.send(.post, "/compress/\(id)?type=jpg", token: "tt_x")
        #expect(answer.status == 200)
        #expect(answer["id"] == "\(id)" && answer["format"] == "jpeg" && answer["bytes"] == 5)
        #expect(try await application.send(.post, "/compress/\(id)")["format"] == "webp")
        // A cookie belongs to this server, and is no credential for the other one.
        let fields: HTTPFields = ["Cookie": "tintype_session=x"]
        #expect(try await application.send(.post, "/compress/\(id)", fields).status == 200)
        #expect(
            compressor.asked.withLock { $0 } == [
                Asked(id: id, format: .jpeg, token: "tt_x"), Asked(id: id, format: nil, token: nil),
                Asked(id: id, format: nil, token: nil),
            ])
    }

    @Test func `an invalid request is refused without a request to the store`() async throws {
        let compressor = Compressor()
        let application = try compressor.application()
        let id = ImageID()
        for (target, problem) in [
            ("/compress/x", "400 malformed-id: 'x' is not the id of an image: ids are UUIDs, as lists have them."),
            ("/compress/\(id)?type=gif", "415 unsupported-format: The type 'gif' is not available here; these are: "),
            ("/compress/\(id)?size=5", "400 bad-request: There is no parameter 'size' here; there are: type."),
            ("/upload/", "404 not-found: There is nothing at this path."),
        ] {
            let answer = try await application.send(.post, target)
            #expect(answer.problem.hasPrefix(problem))
        }
        let basic = try await application.send(.post, "/compress/\(id)", ["Authorization": "Basic YTpi"])
        #expect(basic.problem == "401 unauthorized: Authorization must be 'Bearer' and a token.")
        #expect(compressor.asked.withLock { $0 }.isEmpty)
        let refused = try await application.send(.post, "/compress/\(id)", token: "bad")
        #expect(refused.problem == "403 forbidden: It may not.")
    }

    @Test func `the service is ready while the store answers`() async throws {
        let compressor = Compressor()
        let application = try compressor.application()
        for path in ["/readyz", "/healthcheck"] {
            compressor.isReady.withLock { $0 = true }
            let ready = try await application.send(.get, path)
            #expect(ready.status == 200 && ready.json == ["status": "ok", "version": "1.2.3"])
            compressor.isReady.withLock { $0 = false }
            let waiting = try await application.send(.get, path)
            #expect(
                waiting.status == 503 && waiting.json == ["status": "the store does not answer", "version": "1.2.3"])
        }
        #expect(try await application.send(.get, "/livez").json == ["status": "ok"])
        #expect(try await application.send(.get, "/metrics").status == 200)
    }
}

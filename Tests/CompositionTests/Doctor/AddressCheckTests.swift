import HTTPServer
import HTTPTypes
import Runtime
import Testing

@testable import Composition

@Suite struct AddressCheckTests {
    /// Answers each path with a status and a body; `BASE` in a body stands for the address that the server is believed to
    /// have.
    private struct Scripted: HTTPHandler {
        var answers: [String: (Int, String)]
        var isTintype = true

        static let alive: [String: (Int, String)] = [
            "/livez": (200, "{\"status\":\"ok\"}"),
            "/readyz": (200, "{\"status\":\"ok\",\"version\":\"9.9.9\",\"checks\":{\"store\":\"ok\"}}"),
            "/v1/images": (200, "{\"ids\":[\"x\"]}"),
        ]

        func respond(to request: HTTPRequest) async -> HTTPResponse {
            let (code, text) = answers[request.target.path] ?? (404, "")
            let host = request.fields["Host"] ?? ""
            let body = Array(text.replacing("HOST", with: host).utf8)
            return HTTPResponse(
                HTTPStatus(code, "x"), fields: isTintype ? ["X-Request-Id": "1"] : [:], body: .bytes(body))
        }

        func refuse(_ refusal: HTTPRefusal) -> HTTPResponse { HTTPResponse(.badRequest) }
    }

    private static func findings(_ handler: Scripted, path: String = "") async throws -> [Finding] {
        let server = try Server(
            host: "127.0.0.1", port: 0, threads: 1, limits: ServerLimits(), graceSeconds: 1, handler: handler)
        let running = Task { try await server.run() }
        let url = "http://127.0.0.1:\(server.port)/\(path)"
        let findings = try await AddressCheck(url: url, program: "test", certificateFile: nil).findings()
        running.cancel()
        try await running.value
        return findings
    }

    @Test func `a server that answers under its address is in order`() async throws {
        var answers = Scripted.alive
        answers["/iiif/3/x/info.json"] = (200, "{\"id\":\"http://HOST/iiif/3/x\"}")
        let findings = try await Self.findings(Scripted(answers: answers))
        #expect(findings.map(\.check) == ["address", "readiness", "links"])
        #expect(findings.allSatisfy { $0.status == .ok } && findings[1].message.contains("9.9.9"))
    }

    @Test func `a server without a public image shows no links`() async throws {
        var answers = Scripted.alive
        answers["/v1/images"] = (200, "{\"ids\":[]}")
        let findings = try await Self.findings(Scripted(answers: answers))
        #expect(findings.last?.status == .ok && findings.last?.message.contains("no public image") == true)
    }

    @Test func `a proxy that hides scheme or host is told`() async throws {
        var answers = Scripted.alive
        answers["/iiif/3/x/info.json"] = (200, "{\"id\":\"https://inner:5000/iiif/3/x\"}")
        let links = try await Self.findings(Scripted(answers: answers)).last
        #expect(
            links?.status == .problem && links?.message.contains("takes https://inner:5000 for its address") == true)
        #expect(links?.advice?.contains("X-Forwarded-Proto") == true)
    }

    @Test func `a host that is refused, another server, and one that is not ready are told`() async throws {
        let refused = try await Self.findings(Scripted(answers: ["/livez": (421, "")]))
        #expect(refused.map(\.status) == [.problem] && refused.first?.advice?.contains("--allowed-hosts") == true)
        let other = try await Self.findings(Scripted(answers: Scripted.alive, isTintype: false))
        #expect(other.map(\.status) == [.problem])
        var answers = Scripted.alive
        answers["/readyz"] = (
            503, "{\"status\":\"failing\",\"checks\":{\"store\":\"is nearly full\",\"catalogue\":\"ok\"}}"
        )
        let failing = try await Self.findings(Scripted(answers: answers))
        #expect(failing[1].status == .problem && failing[1].message.hasSuffix("not ready: store is nearly full"))
    }

    @Test func `an address at which nobody listens is a problem`() async throws {
        let url = "http://127.0.0.1:1"
        let findings = try await AddressCheck(url: url, program: "test", certificateFile: nil).findings()
        #expect(findings.map(\.status) == [.problem] && findings.first?.message.contains(url) == true)
    }
}

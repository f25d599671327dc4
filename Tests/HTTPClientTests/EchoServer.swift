import HTTPClient
import HTTPServer
import HTTPTypes
import Runtime
import Streams

/// The project's own server, which answers as the requests ask.
struct EchoServer: HTTPHandler {
    static let streamLength = 3_000_000

    /// Runs `body` with the address of a new server, and a client with four threads.
    static func with(
        _ settings: HTTPClientSettings = HTTPClientSettings(userAgent: "test"),
        _ body: (String, HTTPClient) async throws -> Void
    ) async throws {
        try await with(settings) { server, client in try await body("http://127.0.0.1:\(server.port)", client) }
    }

    /// The same, with the server itself.
    static func with(
        _ settings: HTTPClientSettings = HTTPClientSettings(userAgent: "test"),
        _ body: (Server, HTTPClient) async throws -> Void
    ) async throws {
        let server = try Server(
            host: "127.0.0.1", port: 0, threads: 2, limits: ServerLimits(), graceSeconds: 0.2, handler: EchoServer())
        let running = Task { try await server.run() }
        let client = HTTPClient(settings: settings, concurrency: 4)
        let outcome = await Result { try await body(server, client) }
        await client.close()
        running.cancel()
        try await running.value
        try outcome.get()
    }

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        var response = await answer(request)
        response.fields["X-Method"] = request.method.rawValue
        response.fields["X-Own-Back"] = request.fields["X-Own"]
        response.fields["X-Type"] = request.fields["Content-Type"]
        return response
    }

    private func answer(_ request: HTTPRequest) async -> HTTPResponse {
        switch request.target.path {
        case "/echo", "/count":
            guard let body = try? await request.body.collect(upTo: 1 << 24) else { return HTTPResponse(.badRequest) }
            let count = Array("\(body.count) \(request.method)".utf8)
            return HTTPResponse(.ok, body: .bytes(request.target.path == "/echo" ? body : count))
        case "/stream":
            let left = Locked(Self.streamLength)
            return HTTPResponse(
                .ok,
                body: .stream(
                    length: nil,
                    ByteStream {
                        let count = left.withLock { left in
                            defer { left -= min(left, 10_000) }
                            return min(left, 10_000)
                        }
                        return count == 0 ? nil : [UInt8](repeating: 1, count: count)
                    }))
        case "/elsewhere": return HTTPResponse(HTTPStatus(308, "Permanent Redirect"), fields: ["Location": "/count"])
        case "/long-head": return HTTPResponse(.ok, fields: ["X-Long": String(repeating: "x", count: 6000)])
        case "/trickle":
            let isBegun = Locked(false)
            return HTTPResponse(
                .ok,
                body: .stream(
                    length: nil,
                    ByteStream {
                        let wasBegun = isBegun.withLock { begun in
                            defer { begun = true }
                            return begun
                        }
                        if wasBegun { try? await Task.sleep(for: .seconds(60)) }
                        return wasBegun ? nil : [1]
                    }))
        case "/wait":
            // Cancelled when the client disconnects.
            try? await Task.sleep(for: .seconds(60))
            return HTTPResponse(.ok)
        default: return HTTPResponse(.notFound, body: .bytes(Array("missing".utf8)))
        }
    }

    func refuse(_ refusal: HTTPRefusal) -> HTTPResponse { HTTPResponse(.badRequest) }
}

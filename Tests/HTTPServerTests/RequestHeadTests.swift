import Foundation
import Glibc
import HTTPServer
import HTTPTypes
import Runtime
import SystemIO
import Testing

/// Answers with what it was told of the request.
private struct Telling: HTTPHandler {
    func respond(to request: HTTPRequest) async -> HTTPResponse {
        let user = request.connection.peerUser().map { "\($0)" } ?? "nobody"
        let text = "\(request.origin.client) \(user) \(request.isHTTP11) \(request.fields["Host"] ?? "none")"
        if request.target.path == "/path" {
            let query = request.target.query.map { "\($0.name)&" }.joined()
            return HTTPResponse(.ok, body: .bytes(Array(" \(request.target.path)?\(query)".utf8)))
        }
        return HTTPResponse(.ok, body: .bytes(Array(text.utf8)))
    }

    func refuse(_ refusal: HTTPRefusal) -> HTTPResponse {
        let status: HTTPStatus = if case .malformed = refusal { .badRequest } else { .serviceUnavailable }
        return HTTPResponse(status, body: .bytes(Array("\(refusal)".utf8)))
    }
}

@Suite struct RequestHeadTests {
    private static func withServer(
        proxies: TrustedProxies = TrustedProxies([]), limits: ServerLimits = ServerLimits(),
        _ body: (_ port: Int) async throws -> Void
    ) async throws {
        let server = try Server(
            host: "127.0.0.1", port: 0, threads: 1, limits: limits, proxies: Replaceable(proxies), graceSeconds: 1,
            handler: Telling())
        let running = Task { try await server.run() }
        do { try await body(server.port) } catch {
            running.cancel()
            throw error
        }
        running.cancel()
        try await running.value
    }

    /// A connection to the server, which waits at most 100 seconds for an answer.
    private static func connect(_ port: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var seconds = timeval(tv_sec: 100, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &seconds, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(connected == 0)
        return descriptor
    }

    /// Sends bytes, and reads until the answer has a head and a body, or the connection ends.
    ///
    /// It waits on a thread of its own: the server needs those of the tests.
    private static func exchange(_ descriptor: Int32, _ text: String) async -> String {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: exchangeNow(descriptor, text)) }
        }
    }

    private static func exchangeNow(_ descriptor: Int32, _ text: String) -> String {
        let bytes = Array(text.utf8)
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !hasBody(answer) {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        return String(decoding: answer, as: UTF8.self)
    }

    /// Whether as many bytes as the head states have come behind it.
    private static func hasBody(_ answer: [UInt8]) -> Bool {
        let text = String(decoding: answer, as: UTF8.self)
        guard let head = text.range(of: "\r\n\r\n"), let length = text.range(of: "Content-Length: ") else {
            return false
        }
        let stated = Int(text[length.upperBound...].prefix { $0.isNumber }) ?? 0
        return text[head.upperBound...].utf8.count >= stated
    }

    private static func answer(_ port: Int, _ text: String) async throws -> String {
        let descriptor = try connect(port)
        defer { close(descriptor) }
        return await exchange(descriptor, text)
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /?a=1&b=2 HTTP/1.1\r\nHost:a\r\nX:\r\nY:   b  \r\nCookie: c=d; e=f\r\n\r\n",
        "GET / HTTP/1.1\r\nCookie: =\"\r\nHost: a\r\nCookie: b=\"\r\n\r\n", "GET / HTTP/1.0\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", "GET http://A:80/ HTTP/1.1\r\nHost: a:80\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n\n\n\n",
    ])
    func `a well-formed head is accepted`(text: String) async throws {
        try await Self.withServer { (port) async throws in
            #expect(try await Self.answer(port, text).hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test(arguments: [1, 700, 4000])
    func `a query may have any number of parameters`(count: Int) async throws {
        try await Self.withServer { (port) async throws in
            let target = "/path?" + String(repeating: "a&", count: count)
            let answer = try await Self.answer(port, "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.hasSuffix(" \(target)"))
        }
    }

    @Test func `a target that is too long is refused`() async throws {
        try await Self.withServer { (port) async throws in
            let target = "/" + String(repeating: "a", count: 16_384)
            #expect(
                try await Self.answer(port, "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n").hasPrefix("HTTP/1.1 503 "))
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: b\nY: c\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\nY: d\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\0.example\r\nX: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\nY: d\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nX: a\r\n\r\n", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "GET / HTTP/1.1\r\nHost: user@a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost:\r\n\r\n",
        "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", "GET http://a:81/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\n\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\nabc",
    ])
    func `a head that two servers could read differently is refused`(text: String) async throws {
        try await Self.withServer { (port) async throws in
            #expect(try await Self.answer(port, text).hasPrefix("HTTP/1.1 400 "))
        }
    }

    @Test func `the peer's user is known, and asked for once`() async throws {
        try await Self.withServer { (port) async throws in
            let (descriptor, own) = (try Self.connect(port), geteuid())
            defer { close(descriptor) }
            let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
            #expect(await Self.exchange(descriptor, request).hasSuffix("127.0.0.1 \(own) true a"))
            #expect(await Self.exchange(descriptor, request).hasSuffix("127.0.0.1 \(own) true a"))
            #expect(
                try await Self.answer(port, "GET / HTTP/1.0\r\nHost: a\r\n\r\n").hasSuffix("127.0.0.1 \(own) false a"))
        }
    }

    @Test func `a trusted proxy names the client, and each client has its own limit`() async throws {
        var limits = ServerLimits()
        limits.connectionsPerAddress = 1
        let proxies = TrustedProxies(["127.0.0.1"].compactMap { IPNetwork($0) })
        try await Self.withServer(proxies: proxies, limits: limits) { (port) async throws in
            // More connections than one client may have: they are the proxy's.
            let descriptors = try (0..<3).map { _ in try Self.connect(port) }
            defer { for descriptor in descriptors { close(descriptor) } }
            for (number, descriptor) in descriptors.enumerated() {
                let text = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.\(number)\r\n\r\n"
                #expect(await Self.exchange(descriptor, text).contains("\r\n\r\n192.0.2.\(number) "))
            }
            // Contradicting fields are the proxy's mistake.
            let text = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.1\r\nForwarded: for=192.0.2.2\r\n\r\n"
            #expect(await Self.exchange(descriptors[0], text).hasPrefix("HTTP/1.1 400 "))
        }
    }
}

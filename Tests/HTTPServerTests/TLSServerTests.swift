import Foundation
import HTTPTypes
import Runtime
import Streams
import SystemIO
import TestCertificates
import Testing

@testable import HTTPServer

/// The server with TLS.
@Suite(.timeLimit(.minutes(2))) struct TLSServerTests {
    private struct Answers: HTTPHandler {
        func respond(to request: HTTPRequest) async -> HTTPResponse {
            do {
                switch request.target.path {
                case "/echo":
                    var count = 0
                    while let piece = try await request.body.next() { count += piece.count }
                    return Self.text("\(count)")
                case "/refused":
                    _ = try await request.body.next()
                    return HTTPResponse(.contentTooLarge, body: .bytes(Array("too large".utf8)))
                case "/file": return HTTPResponse(.ok, body: .file(try Self.file()))
                case "/stream":
                    let left = Locked(100)
                    let stream = ByteStream {
                        await Task.yield()
                        return left.withLock { left in
                            left -= 1
                            return left < 0 ? nil : [UInt8](repeating: UInt8(left), count: 30_000)
                        }
                    }
                    return HTTPResponse(.ok, body: .stream(length: nil, stream))
                default: return Self.text("\(request.origin.scheme) \(request.connection.address)")
                }
            } catch { return HTTPResponse(.badRequest) }
        }

        func refuse(_ refusal: HTTPRefusal) -> HTTPResponse {
            HTTPResponse(.badRequest, body: .bytes(Array("\(refusal)".utf8)))
        }

        private static func text(_ text: String) -> HTTPResponse {
            HTTPResponse(.ok, body: .bytes(Array(text.utf8)))
        }

        /// All but the first thousand bytes of a file of a megabyte.
        private static func file() throws -> FileSlice {
            let path = FileManager.default.temporaryDirectory.appendingPathComponent("tintype-\(UUID())").path
            let file = try FileDescriptor(creating: FilePath(path))
            try file.write((0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 / 1000) })
            try FileManager.default.removeItem(atPath: path)
            return FileSlice(file: file, offset: 1000, length: 999_000)
        }
    }

    private static let pair = TestCertificate()

    private static func withServer(
        limits: ServerLimits = ServerLimits(), and addresses: [ListeningAddress] = [],
        _ body: @escaping (Server, Replaceable<TLSCertificate>) async throws -> Void
    ) async throws {
        let certificate = Replaceable(try TLSCertificate(certificate: pair.certificate, key: pair.key))
        let server = try Server(
            listening: [.tcp(host: "127.0.0.1", port: 0)] + addresses, threads: 2, limits: limits,
            certificate: certificate, graceSeconds: 1, handler: Answers())
        let running = Task { try await server.run() }
        let outcome = await Result { try await body(server, certificate) }
        running.cancel()
        try await running.value
        try outcome.get()
    }

    /// Runs what blocks on a thread of its own.
    private static func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            SystemThread { continuation.resume(with: Result(catching: body)) }.detach()
        }
    }

    private static func request(_ line: String, _ fields: String = "", body: [UInt8] = []) -> [UInt8] {
        Array("\(line) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\(fields)\r\n".utf8) + body
    }

    /// The response's head and body.
    private static func ask(_ port: Int, _ request: [UInt8]) async throws -> (head: String, body: [UInt8]) {
        try await onThread {
            let client = try TLSClient(port: port)
            try client.send(request)
            return split(try client.receiveAll())
        }
    }

    private static func split(_ bytes: [UInt8]) -> (head: String, body: [UInt8]) {
        let end = bytes.indices.first { bytes[$0...].starts(with: Array("\r\n\r\n".utf8)) } ?? bytes.endIndex
        return (String(decoding: bytes[..<end], as: UTF8.self), Array(bytes[end...].dropFirst(4)))
    }

    @Test func `names its address with https, and tells handlers so`() async throws {
        try await Self.withServer { (server, _) async throws in
            #expect(server.addresses == ["https://127.0.0.1:\(server.port)/"])
            let answer = try await Self.ask(server.port, Self.request("GET /"))
            #expect(answer.head.hasPrefix("HTTP/1.1 200 "))
            #expect(String(decoding: answer.body, as: UTF8.self) == "https 127.0.0.1")
        }
    }

    @Test(arguments: ["+VERS-TLS1.2", "+VERS-TLS1.3"]) func `speaks TLS 1.2 and 1.3`(version: String) async throws {
        try await Self.withServer { (server, _) async throws in
            let port = server.port
            let answer = try await Self.onThread {
                let client = try TLSClient(port: port, versions: version)
                try client.send(Self.request("GET /"))
                return try client.receiveAll()
            }
            #expect(answer.starts(with: Array("HTTP/1.1 200 ".utf8)))
        }
    }

    @Test(arguments: ["+VERS-TLS1.1", "+VERS-TLS1.0"]) func `refuses older versions`(version: String) async throws {
        try await Self.withServer { (server, _) async throws in
            let port = server.port
            await #expect(throws: TLSClient.Failure.self) {
                try await Self.onThread { _ = try TLSClient(port: port, versions: version) }
            }
        }
    }

    @Test(arguments: [0, 1, 20_000, 3_000_000]) func `receives bodies of any length`(count: Int) async throws {
        try await Self.withServer { (server, _) async throws in
            let request = Self.request(
                "POST /echo", "Content-Length: \(count)\r\n", body: [UInt8](repeating: 7, count: count))
            let answer = try await Self.ask(server.port, request)
            #expect(String(decoding: answer.body, as: UTF8.self) == "\(count)")
        }
    }

    @Test func `sends parts of files`() async throws {
        try await Self.withServer { (server, _) async throws in
            let answer = try await Self.ask(server.port, Self.request("GET /file"))
            #expect(answer.body == (1000..<1_000_000).map { UInt8(truncatingIfNeeded: $0 / 1000) })
        }
    }

    @Test func `sends streams`() async throws {
        try await Self.withServer { (server, _) async throws in
            let answer = try await Self.ask(server.port, Self.request("GET /stream"))
            // In chunks: more bytes than those of the body.
            #expect(answer.body.count > 3_000_000 && answer.body.count < 3_050_000)
            #expect(answer.body.suffix(5) == Array("0\r\n\r\n".utf8))
        }
    }

    @Test func `answers while a body is still coming`() async throws {
        try await Self.withServer { (server, _) async throws in
            let port = server.port
            let answer = try await Self.onThread {
                let client = try TLSClient(port: port)
                try client.send(Self.request("POST /refused", "Content-Length: 1000000000\r\n"))
                let piece = [UInt8](repeating: 7, count: 64 << 10)
                // The server drops no more than its limit: the client need not send a gigabyte.
                do {
                    for _ in 0..<15_000 { try client.send(piece) }
                } catch {}
                return try client.receive()
            }
            let text = String(decoding: answer, as: UTF8.self)
            #expect(text.hasPrefix("HTTP/1.1 413 ") && text.hasSuffix("\r\n\r\ntoo large"))
        }
    }

    @Test(arguments: [1, 100_000, 3_000_000])
    func `answers a client that waits before its body's end`(count: Int) async throws {
        try await Self.withServer { (server, _) async throws in
            let port = server.port
            let answer = try await Self.onThread {
                let client = try TLSClient(port: port)
                let body = [UInt8](repeating: 7, count: count)
                try client.send(Self.request("POST /refused", "Content-Length: 1000000000\r\n", body: body))
                return try client.receiveAll()
            }
            let text = String(decoding: answer, as: UTF8.self)
            #expect(text.hasPrefix("HTTP/1.1 413 ") && text.hasSuffix("\r\n\r\ntoo large"))
        }
    }

    @Test func `answers what is no HTTP`() async throws {
        try await Self.withServer { (server, _) async throws in
            let answer = try await Self.ask(server.port, Array("GET / HTTP/1.1\r\nno field\r\n\r\n".utf8))
            #expect(answer.head.hasPrefix("HTTP/1.1 400 ") && !answer.body.isEmpty)
        }
    }

    @Test func `closes a connection without TLS, and serves the next one`() async throws {
        try await Self.withServer { (server, _) async throws in
            let port = server.port
            let answer = try await Self.onThread {
                try PlainClient.ask(port: port, Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
            }
            #expect(answer.map { !$0.starts(with: Array("HTTP".utf8)) } == true)
            #expect(try await Self.ask(port, Self.request("GET /")).head.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test(arguments: [[], [0x16], [0x16, 0x03, 0x01, 0x02, 0x00, 0x01]] as [[UInt8]])
    func `closes a connection whose handshake does not go on`(bytes: [UInt8]) async throws {
        var limits = ServerLimits()
        limits.headerSeconds = 0.2
        try await Self.withServer(limits: limits) { (server, _) async throws in
            let port = server.port
            let answer = try await Self.onThread { try PlainClient.ask(port: port, bytes) }
            // At its end, not at the client's time limit.
            #expect(answer != nil)
            while server.load.connections > 0 { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    @Test func `counts connections without a handshake`() async throws {
        var limits = ServerLimits()
        limits.connectionsPerAddress = 1
        try await Self.withServer(limits: limits) { (server, _) async throws in
            let first = FileDescriptor(owning: try PlainClient.connect(port: server.port))
            while server.load.connections == 0 { try await Task.sleep(for: .milliseconds(5)) }
            let answer = try await Self.ask(server.port, Self.request("GET /"))
            #expect(answer.head.hasPrefix("HTTP/1.1 400 "))
            _ = first
        }
    }

    @Test func `stops while handshakes are under way`() async throws {
        try await Self.withServer { (server, _) async throws in
            let clients = try (0..<20).map { _ in FileDescriptor(owning: try PlainClient.connect(port: server.port)) }
            for client in clients { try client.write([0x16, 0x03]) }
            while server.load.connections < clients.count { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    @Test func `shows another certificate to new connections, and goes on with the others`() async throws {
        try await Self.withServer { (server, certificate) async throws in
            let port = server.port
            let other = TestCertificate()
            let next = try TLSCertificate(certificate: other.certificate, key: other.key)
            let (former, later, answer) = try await Self.onThread {
                let client = try TLSClient(port: port)
                certificate.replace(with: next)
                let later = try TLSClient(port: port).serverCertificate()
                try client.send(Self.request("GET /"))
                return (try client.serverCertificate(), later, try client.receiveAll())
            }
            #expect(Self.lines(former) == Self.lines(Self.pair.certificate))
            #expect(Self.lines(later) == Self.lines(other.certificate))
            #expect(answer.starts(with: Array("HTTP/1.1 200 ".utf8)))
        }
    }

    private static func lines(_ text: [UInt8]) -> [Substring] {
        String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline)
    }

    @Test func `speaks no TLS on a Unix socket`() async throws {
        let path = FilePath(NSTemporaryDirectory() + "tt-\(UUID().uuidString.prefix(8)).sock")
        try await Self.withServer(and: [.unix(path: path, mode: 0o600)]) { (server, _) async throws in
            #expect(server.addresses.last == "unix:\(path)")
            let client = FileDescriptor(owning: socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0))
            try check("connect") { UnixSocketFile.withAddress(of: path) { connect(client.number, $0, $1) } }
            try client.write(Self.request("GET /"))
            let answer = try await Self.onThread {
                var (all, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 4096))
                while case let count = recv(client.number, &buffer, buffer.count, 0), count > 0 {
                    all += buffer.prefix(count)
                }
                return all
            }
            #expect(String(decoding: answer, as: UTF8.self).hasSuffix("http unix"))
        }
    }
}

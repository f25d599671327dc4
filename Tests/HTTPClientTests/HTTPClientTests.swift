import Foundation
import HTTPClient
import HTTPServer
import HTTPTypes
import Runtime
import SystemIO
import Testing

@Suite(.timeLimit(.minutes(2))) struct HTTPClientTests {
    private func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) } }

    /// An open file with the bytes, which has no name any more.
    private func file(_ bytes: [UInt8]) throws -> FileDescriptor {
        let path = NSTemporaryDirectory() + UUID().uuidString
        let file = try FileDescriptor(writing: FilePath(path))
        try file.write(bytes)
        try Folder.remove(FilePath(path))
        return file
    }

    @Test func `sends a body from memory, and gets status, fields and body back`() async throws {
        try await EchoServer.with { server, client in
            var request = HTTPClientRequest(.post, server + "/echo", body: .bytes(bytes(300_000)))
            request.fields = ["X-Own": "a b", "Content-Type": "image/jpeg"]
            let response = try await client.send(request)
            #expect(response.status == 200 && response.body == bytes(300_000))
            #expect(response.fields["x-method"] == "POST" && response.fields["X-Own-Back"] == "a b")
            #expect(response.fields["X-Type"] == "image/jpeg")
        }
    }

    @Test(arguments: [0, 1, 200_000, 3_000_000])
    func `sends a slice of a file, and reports progress`(length: Int) async throws {
        try await EchoServer.with { server, client in
            let content = bytes(length + 20)
            let slice = FileSlice(file: try file(content), offset: 10, length: Int64(length))
            let sent = Locked<Int64>(0)
            var request = HTTPClientRequest(.post, server + "/count", body: .file(slice))
            request.onProgress = { bytes, _ in sent.withLock { $0 = max($0, bytes) } }
            let response = try await client.send(request)
            #expect(String(decoding: response.body, as: UTF8.self) == "\(length) POST")
            #expect(sent.withLock { $0 } == length)
        }
    }

    @Test func `a file that ends early fails the request, and the next one works`() async throws {
        try await EchoServer.with { server, client in
            let slice = FileSlice(file: try file(bytes(1000)), offset: 0, length: 2000)
            let error = await #expect(throws: HTTPClientError.self) {
                _ = try await client.send(HTTPClientRequest(.post, server + "/count", body: .file(slice)))
            }
            #expect(error?.code == .bodyUnavailable && error?.isWorthRetrying == false)
            let next = try await client.send(HTTPClientRequest(.get, server + "/count"))
            #expect(next.status == 200)
        }
    }

    @Test func `streams a body to a sink`() async throws {
        try await EchoServer.with { server, client in
            let received = Locked<[UInt8]>([])
            let response = try await client.send(
                HTTPClientRequest(.get, server + "/stream"),
                into: .stream(accepts: { $0.status == 200 }, write: { piece in received.withLock { $0 += piece } }))
            #expect(response.status == 200 && response.body.isEmpty)
            #expect(received.withLock { $0.count } == EchoServer.streamLength)
        }
    }

    @Test func `collects the body of a response that the sink refuses`() async throws {
        try await EchoServer.with { server, client in
            let response = try await client.send(
                HTTPClientRequest(.get, server + "/missing"),
                into: .stream(accepts: { $0.status == 200 }, write: { _ in Issue.record("nothing is to be written") }))
            #expect(response.status == 404 && String(decoding: response.body, as: UTF8.self) == "missing")
        }
    }

    @Test func `rethrows an error of the sink`() async throws {
        struct Full: Error {}
        try await EchoServer.with { server, client in
            await #expect(throws: Full.self) {
                _ = try await client.send(
                    HTTPClientRequest(.get, server + "/stream"),
                    into: .stream(accepts: { _ in true }, write: { _ in throw Full() }))
            }
            let next = try await client.send(HTTPClientRequest(.get, server + "/count"))
            #expect(next.status == 200)
        }
    }

    @Test func `refuses a body that is longer than the limit`() async throws {
        try await EchoServer.with { server, client in
            let error = await #expect(throws: HTTPClientError.self) {
                _ = try await client.send(HTTPClientRequest(.get, server + "/stream"), into: .memory(limit: 1000))
            }
            #expect(error?.code == .tooMuchData)
        }
    }

    @Test(arguments: [HTTPMethod.get, .head, .delete, .put, .post])
    func `sends the method of the request`(method: HTTPMethod) async throws {
        try await EchoServer.with { server, client in
            let response = try await client.send(HTTPClientRequest(method, server + "/count"))
            #expect(response.status == 200 && response.fields["X-Method"] == method.rawValue)
            #expect(response.body.isEmpty == (method == .head))
        }
    }

    @Test func `does not follow redirects`() async throws {
        try await EchoServer.with { server, client in
            let response = try await client.send(HTTPClientRequest(.get, server + "/elsewhere"))
            #expect(response.status == 308 && response.fields["Location"] == "/count")
        }
    }

    @Test func `reuses a connection`() async throws {
        try await EchoServer.with { (server: Server, client: HTTPClient) in
            for _ in 0..<40 {
                let response = try await client.send(
                    HTTPClientRequest(.get, "http://127.0.0.1:\(server.port)/count"))
                #expect(response.status == 200)
            }
            // At most one for each of the client's four threads.
            #expect((1...4).contains(server.load.connections))
        }
    }

    @Test func `ends when it is cancelled, without waiting for the answer`() async throws {
        try await EchoServer.with { (server: Server, client: HTTPClient) in
            let deadline = ContinuousClock.now + .seconds(30)
            let task = Task { try await client.send(HTTPClientRequest(.get, "http://127.0.0.1:\(server.port)/wait")) }
            while server.load.requests == 0, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(1))
            }
            #expect(server.load.requests == 1)
            task.cancel()
            // The answer would be a success, a minute later.
            let outcome = await task.result
            #expect(throws: CancellationError.self) { try outcome.get() }
        }
    }

    @Test func `fails if no byte is transferred`() async throws {
        var settings = HTTPClientSettings(userAgent: "test")
        settings.stallSeconds = 1
        try await EchoServer.with(settings) { server, client in
            let error = await #expect(throws: HTTPClientError.self) {
                _ = try await client.send(HTTPClientRequest(.get, server + "/wait"))
            }
            #expect(error?.code == .timedOut && error?.isWorthRetrying == true)
        }
    }

    @Test func `an unreachable server is reported as such, and can be retried`() async throws {
        let client = HTTPClient(settings: HTTPClientSettings(userAgent: "test"), concurrency: 1)
        let error = await #expect(throws: HTTPClientError.self) {
            _ = try await client.send(HTTPClientRequest(.get, "http://127.0.0.1:1/"))
        }
        #expect(error?.code == .cannotConnect && error?.isWorthRetrying == true)
        await client.close()
    }

    @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/", "not an address", ""])
    func `refuses addresses other than those of HTTP`(url: String) async throws {
        let client = HTTPClient(settings: HTTPClientSettings(userAgent: "test"), concurrency: 1)
        let error = await #expect(throws: HTTPClientError.self) {
            _ = try await client.send(HTTPClientRequest(.get, url))
        }
        #expect(error?.code == .misuse || error?.code == .cannotResolve)
        await client.close()
    }

    @Test func `refuses fields that contain line breaks`() async throws {
        let client = HTTPClient(settings: HTTPClientSettings(userAgent: "test"), concurrency: 1)
        let error = await #expect(throws: HTTPClientError.self) {
            let fields: HTTPFields = ["X-Own": "a\r\nX-Other: b"]
            _ = try await client.send(HTTPClientRequest(.get, "http://127.0.0.1:1/", fields: fields))
        }
        #expect(error?.code == .misuse)
        await client.close()
    }

    @Test func `many concurrent requests share few threads`() async throws {
        try await EchoServer.with { server, client in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let body = [UInt8](repeating: 7, count: number)
                        let response = try await client.send(
                            HTTPClientRequest(.post, server + "/echo", body: .bytes(body)))
                        return response.body.count
                    }
                }
                var total = 0
                for try await count in group { total += count }
                #expect(total == 4950)
            }
        }
    }
}

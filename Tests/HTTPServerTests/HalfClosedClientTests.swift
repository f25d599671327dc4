import Glibc
import HTTPTypes
import Runtime
import SystemIO
import Testing

@testable import HTTPServer

/// A client that sends its request, stops sending, and waits (RFC 9112, section 9.6).
@Suite struct HalfClosedClientTests {
    /// Answers once `release` is signalled.
    private struct Held: HTTPHandler {
        let begun = ChangeSignal()
        let release = ChangeSignal()

        func respond(to request: HTTPRequest) async -> HTTPResponse {
            begun.signal()
            await release.wait(after: 0, atMost: 30)
            return HTTPResponse(.ok)
        }

        func refuse(_ refusal: HTTPRefusal) -> HTTPResponse { HTTPResponse(.badRequest) }
    }

    @Test func `gets its response, whenever the server looks for clients that have gone`() async throws {
        let handler = Held()
        let listener = try ListeningSocket(.tcp(host: "127.0.0.1", port: 0))
        var limits = ServerLimits()
        limits.halfClosedSeconds = .infinity
        let core = try ServerCore(handler: handler, limits: limits)
        let daemon = try Daemon(core: core, listener: listener, threads: 1)
        let client = try connect(to: try #require(listener.port))
        try client.write(Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        shutdown(client.number, Int32(SHUT_WR))
        await handler.begun.wait(after: 0, atMost: 30)
        // The connection is suspended within these moments, and the system has told the server that nothing follows.
        for _ in 0..<50 {
            core.connections.closeOverdue(limits: core.limits, interval: 0.001)
            try await Task.sleep(for: .milliseconds(1))
        }
        handler.release.signal()
        let response = try await read(client)
        #expect(response.hasPrefix("HTTP/1.1 200 "), "\(response)")
        daemon.quiesce()
        core.stop()
        await core.finishRequests(within: 30)
        daemon.stop()
    }

    /// Answers at once, without reading the body.
    private struct Refusing: HTTPHandler {
        let count = Locked(0)

        func respond(to request: HTTPRequest) async -> HTTPResponse {
            count.withLock { $0 += 1 }
            return HTTPResponse(.conflict)
        }

        func refuse(_ refusal: HTTPRefusal) -> HTTPResponse { HTTPResponse(.badRequest) }
    }

    @Test(arguments: [1000, 100_000_000])
    func `a client that goes away in its body is let go, also if the answer is known already`(
        bytes: Int
    ) async throws {
        let listener = try ListeningSocket(.tcp(host: "127.0.0.1", port: 0))
        var limits = ServerLimits()
        (limits.halfClosedSeconds, limits.bodyGraceSeconds) = (0, .infinity)
        let handler = Refusing()
        let core = try ServerCore(handler: handler, limits: limits)
        let daemon = try Daemon(core: core, listener: listener, threads: 1)
        let head = "PATCH / HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(bytes)\r\n\r\n"
        for _ in 0..<20 {
            let client = try connect(to: try #require(listener.port))
            try client.write(Array((head + "some of it").utf8))
        }
        let deadline = ContinuousClock.now + .seconds(40)
        // Both are seen: that the clients came, and that they have gone.
        while handler.count.withLock({ $0 }) < 20 || core.connections.count > 0, ContinuousClock.now < deadline {
            core.connections.closeOverdue(limits: core.limits, interval: 0.001)
            try await Task.sleep(for: .milliseconds(1))
        }
        #expect(core.connections.count == 0)
        daemon.quiesce()
        core.stop()
        await core.finishRequests(within: 30)
        daemon.stop()
    }

    private func connect(to port: Int) throws -> FileDescriptor {
        let socket = FileDescriptor(owning: Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0)
        return socket
    }

    /// What the server sends until it closes the connection or nothing has come for 20 seconds.
    private func read(_ socket: FileDescriptor) async throws -> String {
        var received: [UInt8] = []
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            var piece = [UInt8](repeating: 0, count: 4096)
            let count = recv(socket.number, &piece, piece.count, Int32(MSG_DONTWAIT))
            if count == 0 || (count < 0 && errno != EAGAIN)
                || received.count > 4 && received.suffix(4) == [13, 10, 13, 10]
            {
                break
            }
            if count > 0 {
                received += piece.prefix(count)
            } else {
                try await Task.sleep(for: .milliseconds(1))
            }
        }
        return String(decoding: received, as: UTF8.self)
    }
}

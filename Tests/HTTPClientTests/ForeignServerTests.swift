import HTTPClient
import HTTPServer
import HTTPTypes
import Runtime
import SystemIO
import Testing

/// Requests to servers that somebody else names.
@Suite(.timeLimit(.minutes(2))) struct ForeignServerTests {
    private static func settings(
        accepting accepts: @escaping @Sendable (IPAddress) -> Bool = { _ in true }
    ) -> HTTPClientSettings {
        var settings = HTTPClientSettings(userAgent: "test")
        settings.acceptsAddress = accepts
        return settings
    }

    /// Each of them leads to the same server, which listens on 127.0.0.1.
    @Test(arguments: [
        "127.0.0.1", "localhost", "LOCALHOST", "2130706433", "0x7f.1", "0x7f000001", "017700000001", "127.1",
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0",
    ])
    func `the address that is connected to is the one that is asked about`(host: String) async throws {
        let asked = Locked<Set<String>>([])
        let refusing = Self.settings { address in
            asked.withLock { _ = $0.insert(address.description) }
            return false
        }
        try await EchoServer.with(refusing) { (server: Server, client: HTTPClient) in
            let error = await #expect(throws: HTTPClientError.self) {
                _ = try await client.send(HTTPClientRequest(.get, "http://\(host):\(server.port)/count"))
            }
            #expect(error?.code == .addressRefused && error?.isWorthRetrying == false)
            let named = asked.withLock { $0 }
            #expect(named.isSubset(of: ["127.0.0.1", "::1", "0.0.0.0"]) && !named.isEmpty, "\(named)")
        }
        try await EchoServer.with(Self.settings()) { (server: Server, client: HTTPClient) in
            let answer = try await client.send(HTTPClientRequest(.get, "http://\(host):\(server.port)/count"))
            #expect(answer.status == 200)
        }
    }

    @Test func `an address is asked about for every request`() async throws {
        let count = Locked(0)
        let counting = Self.settings { _ in
            count.withLock { $0 += 1 }
            return true
        }
        try await EchoServer.with(counting) { server, client in
            for _ in 0..<3 { _ = try await client.send(HTTPClientRequest(.get, server + "/count")) }
            #expect(count.withLock { $0 } == 3)
        }
    }

    @Test func `a body that nobody wants is read up to its limit`() async throws {
        try await EchoServer.with(Self.settings()) { server, client in
            for limit in [0, 1000, EchoServer.streamLength] {
                let response = try await client.send(
                    HTTPClientRequest(.get, server + "/stream"), into: .none(limit: limit))
                #expect(response.status == 200 && response.body.isEmpty)
            }
        }
    }

    @Test func `the time may be over before the end of a body that nobody wants`() async throws {
        var settings = Self.settings()
        // Enough for the head, on a machine that is busy otherwise.
        settings.totalSeconds = 5
        try await EchoServer.with(settings) { server, client in
            let response = try await client.send(HTTPClientRequest(.get, server + "/trickle"), into: .none(limit: 1000))
            #expect(response.status == 200)
            let error = await #expect(throws: HTTPClientError.self) {
                _ = try await client.send(HTTPClientRequest(.get, server + "/wait"), into: .none(limit: 1000))
            }
            #expect(error?.code == .timedOut)
        }
    }

    @Test func `a head has a bound`() async throws {
        var settings = Self.settings()
        settings.maximumHeadBytes = 5000
        try await EchoServer.with(settings) { server, client in
            let error = await #expect(throws: HTTPClientError.self) {
                _ = try await client.send(HTTPClientRequest(.get, server + "/long-head"), into: .none(limit: 1000))
            }
            #expect(error?.code == .tooMuchData)
            let next = try await client.send(HTTPClientRequest(.get, server + "/count"))
            #expect(next.status == 200)
        }
    }
}

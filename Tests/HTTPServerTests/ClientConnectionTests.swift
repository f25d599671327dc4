import Glibc
import SystemIO
import Testing

@testable import HTTPServer

/// When a client counts as gone while the server works on its request.
@Suite struct ClientConnectionTests {
    private static let seconds = 5.0
    private let now = 1000.0
    private let server: FileDescriptor
    private let client: FileDescriptor
    private let connection: ClientConnection

    init() throws {
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        server = FileDescriptor(owning: ends[0])
        client = FileDescriptor(owning: ends[1])
        connection = ClientConnection(address: "127.0.0.1", socket: server.number, isProxy: false, refusal: nil)
    }

    private func hasGone(after seconds: Double) -> Bool {
        var limits = ServerLimits()
        limits.halfClosedSeconds = Self.seconds
        return connection.hasGone(at: now + seconds, limits: limits)
    }

    @Test func `a client that waits for its response is there`() {
        #expect(!hasGone(after: 0) && !hasGone(after: 3600))
    }

    @Test func `a client that has stopped sending is expected to wait some seconds`() {
        #expect(!hasGone(after: 0))
        shutdown(client.number, Int32(SHUT_WR))
        #expect(!hasGone(after: 60) && !hasGone(after: 60 + Self.seconds - 0.001))
        #expect(hasGone(after: 60 + Self.seconds))
    }

    @Test func `a connection that is closed in both directions has no client`() {
        shutdown(client.number, Int32(SHUT_RDWR))
        #expect(hasGone(after: 0))
    }
}

import Glibc
import SystemIO
import Testing

@Suite struct SocketOwnerTests {
    /// A TCP connection over loopback, both ends in this process.
    private struct Connection {
        /// Closed in processes that tests beside this one start: they would hold the connection otherwise.
        private static let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)

        let client: Int32, server: Int32

        init() throws {
            let listener = socket(AF_INET, Self.type, 0)
            defer { close(listener) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            client = socket(AF_INET, Self.type, 0)
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let client = client
            let isConnected = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    bind(listener, address, length) == 0 && listen(listener, 1) == 0
                        && getsockname(listener, address, &length) == 0 && connect(client, address, length) == 0
                }
            }
            try #require(isConnected)
            server = accept(listener, nil, nil)
            try #require(server >= 0)
        }

        /// Waits until the server's end knows that the client sends no more.
        func awaitEnd() {
            var byte: UInt8 = 0
            #expect(read(server, &byte, 1) == 0)
        }

        /// Waits, for at most 20 seconds, until the client knows that its end has arrived: the state FIN_WAIT2.
        func awaitConfirmation() throws {
            let deadline = ContinuousClock.now + .seconds(20)
            while try state() != TCP_FIN_WAIT2 {
                try #require(ContinuousClock.now < deadline)
                usleep(1000)
            }
        }

        private func state() throws -> Int {
            var info = tcp_info()
            var length = socklen_t(MemoryLayout<tcp_info>.size)
            try #require(getsockopt(client, Int32(IPPROTO_TCP), TCP_INFO, &info, &length) == 0)
            return Int(info.tcpi_state)
        }
    }

    @Test func `a connection belongs to the user of its process, also once it has stopped sending`() throws {
        let connection = try Connection()
        defer {
            close(connection.client)
            close(connection.server)
        }
        #expect(SocketOwner.ofPeer(connection.server) == geteuid())
        #expect(shutdown(connection.client, Int32(SHUT_WR)) == 0)
        connection.awaitEnd()
        #expect(SocketOwner.ofPeer(connection.server) == geteuid())
        try connection.awaitConfirmation()
        #expect(SocketOwner.ofPeer(connection.server) == geteuid())
    }

    @Test func `a connection that its process has closed belongs to nobody`() throws {
        let connection = try Connection()
        defer { close(connection.server) }
        close(connection.client)
        connection.awaitEnd()
        #expect(SocketOwner.ofPeer(connection.server) == nil)
    }
}

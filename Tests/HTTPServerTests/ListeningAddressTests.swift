import Foundation
import Glibc
import HTTPTypes
import Runtime
import SystemIO
import Testing

@testable import HTTPServer

/// Servers that listen elsewhere than on one port.
@Suite struct ListeningAddressTests {
    /// Answers with the address of the peer and of the client.
    private struct Mirror: HTTPHandler {
        func respond(to request: HTTPRequest) async -> HTTPResponse {
            let text = "\(request.connection.address) \(request.origin.client) \(request.origin.scheme)"
            return HTTPResponse(.ok, body: .bytes(Array(text.utf8)))
        }

        func refuse(_ refusal: HTTPRefusal) -> HTTPResponse { HTTPResponse(.badRequest) }
    }

    /// Runs a server while the body runs, then stops it.
    private static func withServer(
        _ addresses: [ListeningAddress], _ body: (Server) async throws -> Void
    ) async throws {
        let server = try Server(
            listening: addresses, threads: 1, limits: ServerLimits(), graceSeconds: 1, handler: Mirror())
        let running = Task { try await server.run() }
        let outcome = await Result { try await body(server) }
        running.cancel()
        try await running.value
        try outcome.get()
    }

    private static func withFolder(_ body: (FilePath) async throws -> Void) async throws {
        let folder = FilePath(NSTemporaryDirectory() + "tt-\(UUID().uuidString.prefix(8))")
        try Folder.create(folder)
        let outcome = await Result { try await body(folder) }
        try FileManager.default.removeItem(atPath: folder.text)
        try outcome.get()
    }

    /// Sends a request by a connected socket, and reads until the server closes.
    private static func ask(_ socket: FileDescriptor, _ fields: String = "") throws -> String {
        try socket.write(Array("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\(fields)\r\n".utf8))
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(socket.number, &buffer, buffer.count, 0)
            if count <= 0 { return text }
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
    }

    private static func ask(path: FilePath, _ fields: String = "") async throws -> String {
        let client = try connect(path)
        return try await onThread { try ask(client, fields) }
    }

    private static func ask(port: Int, _ fields: String = "") async throws -> String {
        let client = try connect(port: port)
        return try await onThread { try ask(client, fields) }
    }

    /// Runs a body that blocks on a thread of its own.
    private static func onThread(_ body: @escaping @Sendable () throws -> String) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            SystemThread { continuation.resume(with: Result(catching: body)) }.detach()
        }
    }

    /// The error number if an address cannot be listened on.
    private static func refusal(of address: ListeningAddress) throws -> Int32? {
        do {
            try ListeningSocket(address).discard()
            return nil
        } catch let error as SystemError {
            return error.code
        }
    }

    private static func connect(_ path: FilePath) throws -> FileDescriptor {
        let client = FileDescriptor(owning: socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0))
        try check("connect") { UnixSocketFile.withAddress(of: path) { Glibc.connect(client.number, $0, $1) } }
        return client
    }

    private static func connect(port: Int) throws -> FileDescriptor {
        let client = FileDescriptor(owning: socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        try check("connect") {
            withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(client.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        return client
    }

    @Test func `serves by a Unix socket and by a port, and believes the former as a proxy`() async throws {
        try await Self.withFolder { (folder) async throws in
            let path = folder.appending("a.sock")
            let addresses: [ListeningAddress] = [.unix(path: path, mode: 0o640), .tcp(host: "127.0.0.1", port: 0)]
            try await Self.withServer(addresses) { (server) async throws in
                #expect(server.addresses == ["unix:\(path)", "http://127.0.0.1:\(server.port)/"])
                let status = try FileStatus(of: path)
                #expect(status.permissions == 0o640 && status.kind == .other)
                let forwarded = "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n"
                #expect(try await Self.ask(path: path).hasSuffix("unix unix http"))
                #expect(try await Self.ask(path: path, forwarded).hasSuffix("unix 192.0.2.1 https"))
                let port = server.port
                #expect(try await Self.ask(port: port, forwarded).hasSuffix("127.0.0.1 127.0.0.1 http"))
            }
            #expect(try FileStatus.find(path) == nil)
        }
    }

    @Test func `replaces the socket of a dead server, and refuses that of a live one`() async throws {
        try await Self.withFolder { (folder) async throws in
            let path = folder.appending("a.sock")
            let stale = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            try check("bind") { UnixSocketFile.withAddress(of: path) { bind(stale, $0, $1) } }
            close(stale)
            try await Self.withServer([.unix(path: path, mode: 0o600)]) { (_) async throws in
                #expect(try await Self.ask(path: path).hasPrefix("HTTP/1.1 200 "))
                #expect(try Self.refusal(of: .unix(path: path, mode: 0o600)) == EADDRINUSE)
                #expect(try await Self.ask(path: path).hasPrefix("HTTP/1.1 200 "))
            }
        }
    }

    @Test func `never replaces another file`() async throws {
        try await Self.withFolder { (folder) async throws in
            let path = folder.appending("a.sock")
            try FileDescriptor(creating: path).write([1])
            #expect(try Self.refusal(of: .unix(path: path, mode: 0o600)) == EEXIST)
            #expect(try FileStatus(of: path).bytes == 1)
            let long = folder.appending(FilePath(String(repeating: "x", count: 120)))
            #expect(try Self.refusal(of: .unix(path: long, mode: 0o600)) == ENAMETOOLONG)
        }
    }

    @Test func `a second address that cannot be had gives the first one up`() async throws {
        try await Self.withFolder { (folder) async throws in
            let path = folder.appending("a.sock")
            let missing = ListeningAddress.unix(path: folder.appending("no").appending("b.sock"), mode: 0o600)
            #expect(throws: SystemError.self) {
                try Server(
                    listening: [.unix(path: path, mode: 0o600), missing], threads: 1, limits: ServerLimits(),
                    handler: Mirror())
            }
            #expect(try FileStatus.find(path) == nil)
        }
    }

    @Test func `serves by sockets that listen already, and leaves their files alone`() async throws {
        try await Self.withFolder { (folder) async throws in
            let path = folder.appending("a.sock")
            let port = try ListeningSocket(.tcp(host: "127.0.0.1", port: 0))
            let file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            try check("bind") { UnixSocketFile.withAddress(of: path) { bind(file, $0, $1) } }
            try check("listen") { listen(file, 8) }
            let addresses: [ListeningAddress] = [port.descriptor, file].map { .inherited(descriptor: $0) }
            try await Self.withServer(addresses) { (server) async throws in
                #expect(server.addresses == ["http://127.0.0.1:\(server.port)/", "unix:\(path)"])
                let number = server.port
                #expect(try await Self.ask(port: number).hasSuffix("127.0.0.1 127.0.0.1 http"))
                #expect(try await Self.ask(path: path).hasSuffix("unix unix http"))
            }
            #expect(try FileStatus.find(path) != nil)
        }
    }

    @Test func `a descriptor that is no listening socket is refused`() throws {
        let idle = FileDescriptor(owning: socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        for number in [idle.number, STDERR_FILENO, 9999] {
            #expect(try Self.refusal(of: .inherited(descriptor: number)) == EINVAL)
        }
    }
}

extension Result where Failure == any Error {
    /// What a body returns or throws.
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}

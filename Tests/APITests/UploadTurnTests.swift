import Composition
import Domain
import Foundation
import HTTPTypes
import Runtime
import Services
import Streams
import TestApplication
import Testing

/// The body of a request whose client stops sending, and leaves the connection open.
private final class StalledBody: Sendable {
    private let pieces: Locked<ArraySlice<[UInt8]>>
    private let stalled = ChangeSignal()

    init(_ pieces: [UInt8]...) { self.pieces = Locked(pieces[...]) }

    var stream: ByteStream {
        ByteStream { [self] in
            if let piece = pieces.withLock({ $0.popFirst() }) { return piece }
            stalled.signal()
            // Until the reader is cancelled, as when the connection is closed.
            await ChangeSignal().wait(after: 0)
            throw CancellationError()
        }
    }

    /// Waits until the handler has read everything, and waits for more.
    func stalls() async { await stalled.wait(after: 0) }
}

/// Several requests for one upload.
@Suite struct UploadTurnTests {
    private static let bytes = TestPicture.png(seed: 20)

    private static func request(
        _ path: String, at offset: Int, _ body: ByteStream, _ fields: HTTPFields = [:]
    ) throws -> HTTPRequest {
        var all: HTTPFields = [
            "Host": "localhost:5000", "Tus-Resumable": "1.0.0", "Upload-Offset": "\(offset)",
            "Content-Type": "application/offset+octet-stream",
        ]
        for (name, value) in fields { all[name] = value }
        return HTTPRequest(
            method: .patch, target: try RequestTarget(path), fields: all,
            connection: HTTPRequest.Connection(address: "127.0.0.1") { 0 }, id: "test", contentLength: nil, body: body)
    }

    /// Runs a body with an upload to which a request has added 100 bytes, and that waits for more.
    private static func run(
        _ fields: HTTPFields = [:],
        _ body:
            @escaping @Sendable (_ client: TusClient, _ path: String, _ stalled: Task<HTTPResponse, Never>) async throws
            -> Void
    ) async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let client = TusClient(application: application)
            let path = try await client.create(length: bytes.count)
            let sent = StalledBody(Array(bytes[..<60]), Array(bytes[60..<100]))
            let request = try request(path, at: 0, sent.stream, fields)
            let stalled = Task { await application.server.handler.respond(to: request) }
            await sent.stalls()
            try await body(client, path, stalled)
        }
    }

    private static func finish(_ client: TusClient, _ path: String, from offset: Int) async throws {
        let last = try await client.patch(path, at: offset, bytes[offset...])
        let id = try #require(last.fields["Tintype-Image"])
        #expect(try await client.application.get("/v1/images/\(id)/original").body == bytes)
    }

    private static func problem(_ response: HTTPResponse) throws -> String {
        guard case .bytes(let bytes) = response.body else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `asking for the offset ends the request that stalls, and keeps what it has sent`() async throws {
        try await Self.run { client, path, stalled in
            #expect(try await client.application.get(path)["offset"] == 0)
            #expect(try await client.offset(of: path) == "100")
            let response = await stalled.value
            #expect(response.status == .conflict)
            #expect(try Self.problem(response).contains("/problems/upload-superseded"))
            try await Self.finish(client, path, from: 100)
        }
    }

    @Test func `a later request takes the place of the one that stalls`() async throws {
        try await Self.run { client, path, stalled in
            try await Self.finish(client, path, from: 100)
            #expect(await stalled.value.status == .conflict)
        }
    }

    @Test func `a later request at a wrong offset learns the right one`() async throws {
        try await Self.run { client, path, stalled in
            let answer = try await client.patch(path, at: 0, Self.bytes)
            #expect(answer.problem.hasPrefix("409 offset-mismatch: ") && answer.fields["Upload-Offset"] == "100")
            #expect(await stalled.value.status == .conflict)
            try await Self.finish(client, path, from: 100)
        }
    }

    @Test func `what a client has sent before it goes away is kept`() async throws {
        try await Self.run { client, path, stalled in
            stalled.cancel()
            #expect(await stalled.value.status == .serviceUnavailable)
            #expect(try await client.application.get(path)["offset"] == 100)
            try await Self.finish(client, path, from: 100)
        }
    }

    @Test func `nothing is kept of bytes with a checksum that are cut off`() async throws {
        let digest = Data(repeating: 1, count: 20).base64EncodedString()
        try await Self.run(["Upload-Checksum": "sha1 \(digest)"]) { client, path, stalled in
            stalled.cancel()
            _ = await stalled.value
            #expect(try await client.application.get(path)["offset"] == 0)
            try await Self.finish(client, path, from: 0)
        }
    }

    @Test func `removing an upload ends the request that stalls`() async throws {
        try await Self.run { client, path, stalled in
            let removed = try await client.send(.delete, path)
            #expect(removed.status == 204)
            #expect(await stalled.value.status == .conflict)
            #expect(try await client.send(.head, path).status == 404)
            #expect(try await client.application.nothingIsStaged())
        }
    }

    @Test func `a body without a length may not have more bytes than the upload`() async throws {
        try await Self.run { client, path, stalled in
            stalled.cancel()
            _ = await stalled.value
            let rest = Locked([Array(Self.bytes[100...]), [1]][...])
            let request = try Self.request(path, at: 100, ByteStream { rest.withLock { $0.popFirst() } })
            let response = await client.application.server.handler.respond(to: request)
            #expect(response.status == .contentTooLarge)
            #expect(try await client.offset(of: path) == "100")
            try await Self.finish(client, path, from: 100)
        }
    }

    /// Many requests at once, each with its own idea of where the upload is: whatever becomes of each, the bytes are right.
    @Test func `requests at the same time do not interleave`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let client = TusClient(application: application)
            let bytes = TestPicture.png(width: 120, height: 80, seed: 21)
            let path = try await client.create(length: bytes.count)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        // As clients do: ask, send a piece, and ask again if another request has come between.
                        for _ in 0..<10_000 {
                            guard let offset = try await client.offset(of: path).flatMap({ Int($0) }) else { return }
                            if offset == bytes.count { return }
                            let end = min(offset + 500, bytes.count)
                            let answer = try await client.patch(path, at: offset, bytes[offset..<end])
                            #expect([204, 409].contains(answer.status), "\(answer.text)")
                        }
                        Issue.record("the upload has not come to an end")
                    }
                }
                try await group.waitForAll()
            }
            let id = try #require(try await client.send(.head, path).fields["Tintype-Image"])
            #expect(try await application.get("/v1/images/\(id)/original").body == bytes)
        }
    }
}

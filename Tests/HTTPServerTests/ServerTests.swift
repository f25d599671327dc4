import Foundation
import FoundationNetworking
import HTTPServer
import HTTPTypes
import Streams
import Runtime
import Synchronization
import SystemIO
import Testing

/// Has a path for each kind of response: an echo, a stream, segments, and one that takes a minute.
private struct Echo: HTTPHandler {
    let begun = Occurrences()
    let cancelled = Occurrences()

    final class Occurrences: Sendable {
        let count = Atomic(0)

        /// Waits, for at most a minute, until the event has happened once.
        func becomesOne() async throws {
            let deadline = ContinuousClock.now + .seconds(60)
            while count.load(ordering: .relaxed) == 0, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(count.load(ordering: .relaxed) == 1)
        }
    }

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        switch request.target.path {
        case "/echo":
            do {
                var count = 0
                while let piece = try await request.body.next() { count += piece.count }
                return HTTPResponse(.ok, body: .bytes(Array("\(count)".utf8)))
            } catch let refusal as HTTPRefusal {
                return refuse(refusal)
            } catch {
                return HTTPResponse(.badRequest)
            }
        case "/stream":
            let pieces = Locked(200)
            return HTTPResponse(
                .ok,
                body: .stream(
                    length: nil,
                    ByteStream {
                        let left = pieces.withLock { pieces in
                            pieces -= 1
                            return pieces
                        }
                        if left.isMultiple(of: 17) { await Task.yield() }
                        return left < 0 ? nil : [UInt8](repeating: UInt8(left), count: 10_000)
                    }))
        case "/segments", "/segments/broken":
            do {
                return HTTPResponse(.ok, body: try Self.segments(isBroken: request.target.path != "/segments"))
            } catch {
                return HTTPResponse(.internalServerError)
            }
        case "/wait":
            begun.count.wrappingAdd(1, ordering: .relaxed)
            do {
                try await Task.sleep(for: .seconds(60))
            } catch {
                cancelled.count.wrappingAdd(1, ordering: .relaxed)
            }
            return HTTPResponse(.ok)
        default: return HTTPResponse(.notFound)
        }
    }

    /// Three hundred times: some bytes, a part of a file, and an empty segment. `isBroken`: the file is shorter than promised.
    private static func segments(isBroken: Bool) throws -> HTTPBody {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("tintype-\(UUID())").path
        let file = try FileDescriptor(creating: FilePath(path))
        try file.write([UInt8](repeating: 2, count: 5000))
        try FileManager.default.removeItem(atPath: path)
        let slice = FileSlice(file: file, offset: 1000, length: isBroken ? 5000 : 3000)
        let rounds = Locked(300)
        let stream = SegmentStream {
            let left = rounds.withLock { rounds in
                rounds -= 1
                return rounds
            }
            if left.isMultiple(of: 17) { await Task.yield() }
            return left < 0 ? nil : [.bytes([UInt8](repeating: 1, count: 50)), .file(slice), .bytes([])]
        }
        return .segments(length: 300 * (50 + slice.length), stream)
    }

    func refuse(_ refusal: HTTPRefusal) -> HTTPResponse {
        switch refusal {
        case .bodyTooLarge: HTTPResponse(.contentTooLarge)
        default: HTTPResponse(.badRequest)
        }
    }
}

@Suite struct ServerTests {
    /// Runs a server while the body runs, then stops it.
    private func withServer(
        _ handler: Echo = Echo(), limits: ServerLimits = ServerLimits(), _ body: (URL) async throws -> Void
    ) async throws {
        let server = try Server(
            host: "127.0.0.1", port: 0, threads: 2, limits: limits, graceSeconds: 1, handler: handler)
        let running = Task { try await server.run() }
        let url = try #require(URL(string: "http://127.0.0.1:\(server.port)"))
        do {
            try await body(url)
        } catch {
            running.cancel()
            throw error
        }
        running.cancel()
        try await running.value
    }

    private func post(_ url: URL, bytes: Int) async throws -> (Data, Int) {
        var request = URLRequest(url: url.appendingPathComponent("echo"))
        request.httpMethod = "POST"
        let (data, response) = try await URLSession.shared.upload(for: request, from: Data(count: bytes))
        return (data, (response as? HTTPURLResponse)?.statusCode ?? 0)
    }

    @Test(arguments: [0, 1, 100_000, 5_000_000])
    func `receives a body as a stream, whatever its length`(bytes: Int) async throws {
        try await withServer { url in
            let (data, status) = try await post(url, bytes: bytes)
            #expect(status == 200 && String(decoding: data, as: UTF8.self) == "\(bytes)")
        }
    }

    @Test(.timeLimit(.minutes(1))) func `serves many clients at once`() async throws {
        /// Answers a request once there are as many current requests as clients.
        struct Gathering: HTTPHandler {
            let clients: Int
            let arrivals = Locked(0)
            let complete = ChangeSignal()

            func respond(to request: HTTPRequest) async -> HTTPResponse {
                let arrived = arrivals.withLock { arrivals in
                    arrivals += 1
                    return arrivals
                }
                if arrived == clients { complete.signal() }
                await complete.wait(after: 0, atMost: 3600)
                return HTTPResponse(.ok, body: .bytes(Array(request.target.path.utf8)))
            }

            func refuse(_ refusal: HTTPRefusal) -> HTTPResponse { HTTPResponse(.badRequest) }
        }
        let clients = 40
        let server = try Server(
            host: "127.0.0.1", port: 0, threads: 2, limits: ServerLimits(), graceSeconds: 1,
            handler: Gathering(clients: clients))
        let running = Task { try await server.run() }
        defer { running.cancel() }
        let settings = URLSessionConfiguration.ephemeral
        settings.httpMaximumConnectionsPerHost = clients
        let session = URLSession(configuration: settings)
        let url = try #require(URL(string: "http://127.0.0.1:\(server.port)"))
        try await withThrowingTaskGroup(of: (asked: Int, answer: String, status: Int?).self) { group in
            for number in 0..<clients {
                group.addTask {
                    let (data, response) = try await session.data(from: url.appending(path: "\(number)"))
                    return (number, String(decoding: data, as: UTF8.self), (response as? HTTPURLResponse)?.statusCode)
                }
            }
            for try await (asked, answer, status) in group { #expect(status == 200 && answer == "/\(asked)") }
        }
        running.cancel()
        try await running.value
    }

    @Test func `sends bytes and parts of files one after the other`() async throws {
        try await withServer { url in
            let (data, _) = try await URLSession.shared.data(from: url.appending(path: "segments"))
            let once = [UInt8](repeating: 1, count: 50) + [UInt8](repeating: 2, count: 3000)
            #expect(data.count == 300 * 3050)
            #expect([UInt8](data.prefix(2 * 3050)) == once + once && [UInt8](data.suffix(3050)) == once)
        }
    }

    @Test func `aborts the response if a file is shorter than promised`() async throws {
        try await withServer { url in
            await #expect(throws: (any Error).self) {
                _ = try await URLSession.shared.data(from: url.appending(path: "segments/broken"))
            }
            let (_, response) = try await URLSession.shared.data(from: url.appending(path: "stream"))
            #expect((response as? HTTPURLResponse)?.statusCode == 200)
        }
    }

    @Test func `sends a body as a stream`() async throws {
        try await withServer { url in
            let (data, _) = try await URLSession.shared.data(from: url.appendingPathComponent("stream"))
            #expect(data.count == 2_000_000 && data.first == 199 && data.last == 0)
        }
    }

    @Test func `refuses a body beyond the limit, and serves the next request`() async throws {
        var limits = ServerLimits()
        limits.bodyBytes = 10_000
        try await withServer(limits: limits) { url in
            let refused = try await post(url, bytes: 20_000).1
            let taken = try await post(url, bytes: 10_000).1
            #expect(refused == 413 && taken == 200)
        }
    }

    @Test func `cancels the work for a client that disconnects`() async throws {
        let handler = Echo()
        var limits = ServerLimits()
        limits.halfClosedSeconds = 0
        try await withServer(handler, limits: limits) { url in
            let asking = Task { try await URLSession.shared.data(from: url.appendingPathComponent("wait")) }
            try await handler.begun.becomesOne()
            asking.cancel()
            _ = try? await asking.value
            try await handler.cancelled.becomesOne()
        }
    }

    @Test func `stops without waiting for a current request`() async throws {
        let handler = Echo()
        try await withServer(handler) { url in
            let asking = Task { try await URLSession.shared.data(from: url.appendingPathComponent("wait")) }
            try await handler.begun.becomesOne()
            _ = asking
        }
        // Without cancellation it would take a minute.
        try await handler.cancelled.becomesOne()
    }
}

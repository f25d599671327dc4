public import Composition
import Domain
import Foundation
public import HTTPTypes
import KeyStorage
import Runtime
import Streams
import SystemIO
import Telemetry

/// The whole server without a socket: requests go straight to its handler.
///
/// It has its own data folder, with the jobs, the recovery and the worker processes of the real server.
public struct TestApplication: Sendable {
    public let server: ServerAssembly
    /// The services below the API, for tests that need more than requests.
    public let assembly: RepositoryAssembly
    /// The data folder.
    public let folder: String

    /// The maximum number of concurrent applications: each has its own threads and processes, and other tests run too.
    private static let slots = 2
    private static let lock = KeyedLock<Int>()
    private static let runs = Locked(0)

    /// Runs a body with an application that is stopped and removed afterwards.
    ///
    /// - Parameters:
    ///   - folder: the data folder, which is kept; nil for a temporary one.
    ///   - change: changes the settings, which are the defaults of `tintype serve` with one worker and a quiet log.
    public static func run<Result: Sendable>(
        in folder: String? = nil, settings change: (inout ServerSettings) throws -> Void = { _ in },
        _ body: @escaping @Sendable (TestApplication) async throws -> Result
    ) async throws -> Result {
        let number = runs.withLock { runs in
            runs += 1
            return runs
        }
        return try await lock.withLock(number % slots) { try await runAtOnce(in: folder, settings: change, body) }
    }

    private static func runAtOnce<Result: Sendable>(
        in folder: String?, settings change: (inout ServerSettings) throws -> Void,
        _ body: @escaping @Sendable (TestApplication) async throws -> Result
    ) async throws -> Result {
        let path = folder ?? FileManager.default.temporaryDirectory.appending(path: "application-\(UUID())").path
        defer { if folder == nil { try? FileManager.default.removeItem(atPath: path) } }
        var settings = try ServerSettings()
        (settings.workers, settings.logLevel, settings.logsRequests) = (1, .error, false)
        settings.workerExecutable = executable
        try change(&settings)
        let data = try await DataFolder.open(FilePath(path), cacheBytes: settings.cacheBytes)
        let log = Logger(output: try FileDescriptor(duplicating: 2), level: settings.logLevel) { "\(Timestamp.now)" }
        let assembly = try RepositoryAssembly(folder: data, settings: settings, log: log)
        let server = ServerAssembly(
            assembly, folder: data, keys: try KeyRing(dataFolder: FilePath(path)),
            addressKeys: try AddressKeys(dataFolder: FilePath(path)),
            shareKeys: try ShareKeys(dataFolder: FilePath(path)), settings: settings)
        let application = TestApplication(server: server, assembly: assembly, folder: path)
        return try await application.run(server.services, body)
    }

    private func run<Result: Sendable>(
        _ services: [any Service], _ body: @escaping @Sendable (TestApplication) async throws -> Result
    ) async throws -> Result {
        let started = ChangeSignal()
        let running = Task {
            defer { started.signal() }
            try await ServiceGroup(services).run { started.signal() }
        }
        await started.wait(after: 0)
        let outcome: Swift.Result<Result, any Error>
        do { outcome = .success(try await body(self)) } catch { outcome = .failure(error) }
        running.cancel()
        try await running.value
        return try outcome.get()
    }

    /// The program for the worker processes: the one beside the test bundle, unless the environment names another.
    ///
    /// A program with the thread sanitizer cannot be a worker: it needs more address space than a worker may have.
    public static let executable: String = {
        if let other = ProcessInfo.processInfo.environment["TINTYPE_TEST_WORKER"] { return other }
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? own
        return URL(filePath: bundle).deletingLastPathComponent().appending(path: "tintype").path
    }()
}

extension TestApplication {
    /// Sends a request as `curl` on this machine would, and reads the whole answer.
    ///
    /// - Parameters:
    ///   - token: sent as a bearer token.
    ///   - body: pieces of the body, which arrive one after the other.
    ///   - user: the user on this machine whose connection it is; nil if it comes from another machine.
    public func send(
        _ method: HTTPMethod, _ target: String, _ fields: HTTPFields = [:], token: String? = nil,
        body pieces: [[UInt8]] = [], from address: String = "127.0.0.1", user: UInt32? = 0
    ) async throws -> TestResponse {
        try await server.handler.send(
            method, target, fields, token: token, body: pieces, from: address, user: user, proxies: server.proxies)
    }

    public func get(_ target: String, _ fields: HTTPFields = [:], token: String? = nil) async throws -> TestResponse {
        try await send(.get, target, fields, token: token)
    }

    /// Sends a body of JSON.
    public func send(
        _ method: HTTPMethod, _ target: String, json: String, _ fields: HTTPFields = [:], token: String? = nil
    ) async throws -> TestResponse {
        var fields = fields
        fields["Content-Type"] = "application/json"
        return try await send(method, target, fields, token: token, body: [Array(json.utf8)])
    }

    /// Uploads the bytes of one image, and answers with its record.
    public func upload(
        _ bytes: [UInt8], _ query: String = "", type: String = "image/png", token: String? = nil
    ) async throws -> TestResponse {
        try await send(.post, "/upload/\(query)", ["Content-Type": type], token: token, body: [bytes])
    }
}

extension HTTPHandler {
    /// Sends a request as `curl` on this machine would, and reads the whole answer.
    public func send(
        _ method: HTTPMethod, _ target: String, _ fields: HTTPFields = [:], token: String? = nil,
        body pieces: [[UInt8]] = [], from address: String = "127.0.0.1", user: UInt32? = 0,
        proxies: TrustedProxies = TrustedProxies([])
    ) async throws -> TestResponse {
        var fields = fields
        if fields["Host"] == nil { fields["Host"] = "localhost:5000" }
        if let token { fields["Authorization"] = "Bearer \(token)" }
        let rest = Locked(pieces[...])
        let request = HTTPRequest(
            method: method, target: try RequestTarget(target), fields: fields,
            connection: HTTPRequest.Connection(address: address) { user }, id: "test",
            contentLength: Int64(pieces.reduce(0) { $0 + $1.count }),
            body: ByteStream { rest.withLock { $0.popFirst() } })
        do {
            return try await TestResponse(await respond(to: try proxies.original(of: request)))
        } catch let refusal as HTTPRefusal {
            return try await TestResponse(refuse(refusal))
        }
    }
}

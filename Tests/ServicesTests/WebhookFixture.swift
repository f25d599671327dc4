import CatalogStorage
import Composition
import Domain
import Foundation
import KeyStorage
import Runtime
import SystemIO
import Telemetry
import TestApplication
import Testing

@testable import Services

/// A sender that answers as it is told, and remembers what it was given.
final class ScriptedSender: WebhookSender {
    struct Received: Sendable {
        let address: String
        let fields: [String: String]
        let body: String

        /// The kinds and the images of the entries.
        var entries: [String] { body.split(separator: "\n").dropFirst().map(String.init) }
        var id: String { fields["webhook-id"] ?? "" }
    }

    private let answers: Locked<[Result<WebhookAnswer, WebhookSendingError>]>
    private let log = Locked<[Received]>([])

    /// - Parameter answers: one after the other; then 204 for ever.
    init(_ answers: [Result<WebhookAnswer, WebhookSendingError>] = []) { self.answers = Locked(answers) }

    var received: [Received] { log.withLock { $0 } }

    func send(_ request: WebhookRequest) async throws -> WebhookAnswer {
        let fields = Dictionary(uniqueKeysWithValues: request.fields.map { ($0.name, $0.value) })
        log.withLock {
            $0.append(
                Received(
                    address: request.address.description, fields: fields,
                    body: String(decoding: request.body, as: UTF8.self)))
        }
        return try answers.withLock { $0.isEmpty ? .success(WebhookAnswer(status: 204)) : $0.removeFirst() }.get()
    }

    func then(_ answers: Result<WebhookAnswer, WebhookSendingError>...) { self.answers.withLock { $0 += answers } }

    func check(_ address: WebhookAddress) async throws {
        if address.host == "refused.example" { throw WebhookSendingError("It is refused.") }
    }

    func close() async {}
}

extension Result where Success == WebhookAnswer, Failure == WebhookSendingError {
    static func status(_ status: Int, retryAfter: Double? = nil) -> Self {
        .success(WebhookAnswer(status: status, retryAfter: retryAfter))
    }
}

/// Webhooks on a data folder of their own, which are served only when a test says so, at times that it says.
struct WebhookFixture: Sendable {
    let assembly: RepositoryAssembly
    let sender: ScriptedSender
    let webhooks: Webhooks
    let delivery: WebhookDelivery

    var catalog: Catalog { assembly.repository.catalog }

    static func run(
        _ answers: Result<WebhookAnswer, WebhookSendingError>...,
        body: (WebhookFixture) async throws -> Void
    ) async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "webhooks-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        var settings = try ServerSettings()
        (settings.workers, settings.workerExecutable) = (1, TestApplication.executable)
        let folder = try await DataFolder.open(FilePath(path), cacheBytes: 1 << 20)
        let log = Logger(output: try FileDescriptor(duplicating: 2), level: .error) { "\(Timestamp.now)" }
        let assembly = try RepositoryAssembly(folder: folder, settings: settings, log: log)
        let sender = ScriptedSender(answers)
        let webhooks = Webhooks(repository: assembly.repository, sender: sender) { message in
            let entries = message.changes.map { "\($0.kind.rawValue) \($0.id)" }
            return Array(([message.kind.rawValue] + entries).joined(separator: "\n").utf8)
        }
        let fixture = WebhookFixture(
            assembly: assembly, sender: sender, webhooks: webhooks, delivery: WebhookDelivery(webhooks: webhooks))
        let outcome = await Result { try await body(fixture) }
        await assembly.close()
        try outcome.get()
    }

    /// An account as a viewer; it is made if there is none.
    func viewer(_ handle: String, role: Account.Role = .member) async throws -> Viewer {
        let name = try #require(Handle(handle))
        if try await catalog.account(name) == nil {
            try await catalog.addAccount(NewAccount(handle: name, role: role))
        }
        let account = try #require(try await catalog.account(name))
        return Viewer(account: account.id, role: account.role, scopes: Set(Scope.allCases), proof: .openAccess)
    }

    func webhook(
        of viewer: Viewer, kinds: Set<RecordedChange.Kind>? = nil, at address: String = "https://receiver.example/"
    ) async throws -> Webhook {
        let terms = WebhookTerms(address: try WebhookAddress(address), kinds: kinds, description: "")
        return try await webhooks.make(terms, for: viewer).webhook
    }

    /// Serves what is due at a time, one after the other, each a millisecond later, at most so many.
    ///
    /// - Returns: how many jobs there were.
    @discardableResult
    func serve(at now: Timestamp = .now, atMost limit: Int = 50) async throws -> Int {
        for count in 0..<limit {
            let now = now.advanced(bySeconds: Double(count) / 1000)
            try await catalog.enqueueDeliveries(now: now)
            guard let leased = try await delivery.lease(now: now) else { return count }
            try await delivery.deliver(leased.job, now: now, jitter: 0)
        }
        return limit
    }
}

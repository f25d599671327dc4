internal import CatalogStorage
internal import Domain
public import Runtime
internal import Telemetry

/// Delivers the feed of changes to webhooks, by jobs of its own: leased, sent, recorded.
///
/// It waits for the first webhook without looking. While there are webhooks, each write of the process wakes it.
public struct WebhookDelivery: Service {
    /// How many requests are under way at once.
    public static let concurrency = 16
    /// Longer than a request may take: if a worker is killed, its webhook waits that long.
    static let leaseSeconds = 30.0
    /// Jobs of other processes are noticed that late.
    private static let idleSeconds = 5.0
    /// Changes of this time are sent together.
    private static let pause = Duration.milliseconds(100)
    /// How many pages are read for one message, if they have nothing for the webhook.
    private static let pagesAtOnce = 20

    private let webhooks: Webhooks
    private let repository: Repository
    private let name = "deliverer-\(UniqueID())"

    public init(webhooks: Webhooks) { (self.webhooks, repository) = (webhooks, webhooks.repository) }

    /// Works until the task is cancelled. Requests under way are given up then, and sent again after the next start.
    public func run(ready: @escaping @Sendable () -> Void) async {
        ready()
        let busy = Locked(0)
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let (seen, written) = (webhooks.wakeUp.generation, repository.catalog.commits.generation)
                do {
                    guard try await repository.catalog.hasWebhooks() else {
                        await webhooks.wakeUp.wait(after: seen)
                        continue
                    }
                    try await repository.catalog.enqueueDeliveries()
                    while busy.withLock({ $0 }) < Self.concurrency, let job = try await lease() {
                        busy.withLock { $0 += 1 }
                        group.addTask {
                            await perform(job)
                            busy.withLock { $0 -= 1 }
                        }
                    }
                    await waitForWork(after: written)
                } catch {
                    if Task.isCancelled { return }
                    repository.log.log(.error, "deliveries cannot be leased", ["reason": "\(error)"])
                    try? await Task.sleep(for: .seconds(Self.idleSeconds))
                }
            }
        }
        await webhooks.messenger.sender.close()
    }

    func lease(now: Timestamp = .now) async throws -> LeasedJob? {
        try await repository.catalog.lease(
            worker: name, limit: 1, seconds: Self.leaseSeconds, of: .deliveries, now: now
        ).first
    }

    /// Waits until something was written, the end of a delivery among it, or the next one is due.
    private func waitForWork(after written: UInt64) async {
        let due = try? await repository.catalog.nextDelivery()
        let seconds = due.map { Double($0.microseconds - Timestamp.now.microseconds) / 1e6 } ?? Self.idleSeconds
        // One that is due already waits for a free place, or for another one of its account.
        let patience = seconds > 0 ? min(seconds, Self.idleSeconds) : Self.idleSeconds
        await repository.catalog.commits.wait(after: written, atMost: patience)
        // A cancelled sleep ends early, as it should.
        try? await Task.sleep(for: Self.pause)
    }

    private func perform(_ leased: LeasedJob) async {
        do {
            try await deliver(leased.job)
        } catch {
            // What is under way is not recorded: it is sent again, as the same message.
            guard Task.isCancelled else {
                repository.log.log(.error, "a delivery failed", ["job": "\(leased.job.id)", "reason": "\(error)"])
                return
            }
            await release(leased.job.id)
        }
    }

    /// Puts the job of a delivery that was given up back, so that the next start need not wait for the end of its lease.
    private func release(_ job: JobID) async {
        // A new task is not cancelled with this one.
        await Task {
            do {
                _ = try await repository.catalog.continueLater(job, worker: name)
            } catch {
                repository.log.log(.warning, "a delivery cannot be put back", ["reason": "\(error)"])
            }
        }.value
    }

    /// Sends the next message of a webhook, and records what came of it.
    ///
    /// - Parameter jitter: from 0 to 1.
    func deliver(_ job: Job, now: Timestamp = .now, jitter: Double = .random(in: 0...1)) async throws {
        guard case .deliver(let id) = job.work, let webhook = try await repository.catalog.servedWebhook(id) else {
            _ = try await repository.catalog.complete(job.id, worker: name)
            return
        }
        guard let next = try await next(for: webhook) else {
            try await repository.catalog.resetWebhook(id, now: now)
            _ = try await repository.catalog.continueLater(job.id, worker: name)
            return
        }
        guard let message = next.message else {
            let outcome = DeliveryOutcome(
                webhook: id, start: webhook.cursor, attempt: nil, result: .nothing(next.end, hasMore: next.hasMore))
            _ = try await repository.catalog.record(outcome, job: job.id, worker: name, now: now)
            return
        }
        let sent = try await webhooks.messenger.send(message, to: webhook, now: now)
        // What has arrived is recorded even if the server stops: a new task is not cancelled with this one.
        try await Task { try await record(sent, of: webhook, next, job, now, jitter) }.value
    }

    private struct Next {
        /// Nil if there is nothing to tell.
        let message: WebhookMessage?
        /// Where the webhook stands afterwards.
        let end: Cursor
        let hasMore: Bool
    }

    /// What comes next; nil if the changes since the cursor of the webhook are not known any more.
    private func next(for webhook: Webhook) async throws -> Next? {
        if webhook.owesReset {
            return Next(message: try WebhookMessage.reset(webhook), end: webhook.cursor, hasMore: true)
        }
        var (cursor, hasMore, count) = (webhook.cursor, true, 0)
        let reader = ChangeReader(account: webhook.account, isAdmin: webhook.seesAll)
        while hasMore, count < Self.pagesAtOnce {
            let page: ChangePage
            do {
                page = try await repository.catalog.changes(
                    since: cursor, for: reader, limit: WebhookMessage.maximumChanges, kinds: webhook.terms.kinds)
            } catch let error as CatalogError where [.outdatedCursor, .futureCursor].contains(error.code) {
                return nil
            }
            (cursor, hasMore, count) = (page.next, page.hasMore, count + 1)
            guard page.changes.isEmpty else {
                let message = try WebhookMessage.changes(page.changes, next: cursor, of: webhook)
                return Next(message: message, end: cursor, hasMore: hasMore)
            }
        }
        return Next(message: nil, end: cursor, hasMore: hasMore)
    }

    private func record(
        _ sent: WebhookMessenger.Sent, of webhook: Webhook, _ next: Next, _ job: Job, _ now: Timestamp,
        _ jitter: Double
    ) async throws {
        let (result, retryAt) = decide(sent, of: webhook, next, now, jitter)
        let outcome = DeliveryOutcome(
            webhook: webhook.id, start: webhook.cursor, attempt: sent.attempt(retryAt: retryAt), result: result)
        let isRecorded = try await repository.catalog.record(outcome, job: job.id, worker: name, now: now)
        (sent.error == nil ? repository.metrics.deliveries : repository.metrics.failedDeliveries).increment()
        guard isRecorded, case .givenUp(let reason) = result else { return }
        repository.log.log(
            .warning, "a webhook is disabled",
            ["webhook": "\(webhook.id)", "account": "\(webhook.account)", "reason": .text(reason)])
    }

    private func decide(
        _ sent: WebhookMessenger.Sent, of webhook: Webhook, _ next: Next, _ now: Timestamp, _ jitter: Double
    ) -> (DeliveryOutcome.Result, retryAt: Timestamp?) {
        guard let error = sent.error else { return (.delivered(next.end, hasMore: next.hasMore), nil) }
        if sent.answer?.status == 410 {
            return (.givenUp(reason: "The receiver wants nothing any more: it has answered 410 (Gone)."), nil)
        }
        let count = webhook.failures.count + 1
        let decision = WebhookRetries.decision(
            afterFailure: count, since: webhook.failures.since ?? now, now: now, wish: sent.answer?.retryAfter,
            jitter: jitter)
        switch decision {
        case .retry(let moment): return (.failed(retryAt: moment), moment)
        case .giveUp:
            return (.givenUp(reason: "\(count) attempts have failed for a day. The last one: \(error)"), nil)
        }
    }
}

internal import CatalogStorage
internal import Domain
public import Runtime
internal import Telemetry

/// Does jobs other than deliveries: leases them from the catalogue, renews the leases while it works, and reports the results.
public struct JobRunner: Service {
    /// How long a lease lasts unless it is renewed: if a worker is killed, its job waits that long.
    private static let leaseSeconds = 20.0
    /// How long to wait for a signal before looking for work anyway: that of other processes, and jobs that are
    /// retried.
    private static let idleSeconds = 5.0
    private static let uploadsAtOnce = 4

    private let repository: Repository
    private let kept: KeptRenditions
    private let compressed: CompressedFiles
    private let ingest: Ingest
    private let bulk: BulkChanges
    private let jobs: Jobs
    private let concurrency: Int
    private let name = "worker-\(UniqueID())"

    /// - Parameter concurrency: how many jobs of any kind are done at once; besides, four times as many of new uploads:
    ///   they do not wait until images are compressed, and mostly wait for the disk themselves, where the catalogue
    ///   commits together what is written at the same time.
    public init(
        repository: Repository, kept: KeptRenditions, compressed: CompressedFiles, ingest: Ingest,
        bulk: BulkChanges, jobs: Jobs, concurrency: Int
    ) {
        (self.repository, self.kept, self.compressed) = (repository, kept, compressed)
        (self.ingest, self.bulk, self.jobs, self.concurrency) = (ingest, bulk, jobs, concurrency)
    }

    /// Works until the task is cancelled. Jobs under way are finished first.
    public func run(ready: @escaping @Sendable () -> Void) async {
        ready()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<max(1, concurrency) { group.addTask { await work() } }
            for _ in 0..<Self.uploadsAtOnce * max(1, concurrency) { group.addTask { await work(on: .uploads) } }
        }
    }

    private func work(on choice: JobChoice = .all) async {
        while !Task.isCancelled {
            let seen = jobs.work.generation
            if let leased = await lease(choice) {
                // A job that has begun is finished even if the server stops: a new task is not cancelled with this one.
                await Task { await perform(leased) }.value
            } else {
                await jobs.work.wait(after: seen, atMost: Self.idleSeconds)
            }
        }
    }

    private func lease(_ choice: JobChoice) async -> LeasedJob? {
        do {
            return try await repository.catalog.lease(
                worker: name, limit: 1, seconds: Self.leaseSeconds, of: choice
            ).first
        } catch is CancellationError {
            return nil
        } catch {
            repository.log.log(.error, "jobs cannot be leased", ["reason": "\(error)"])
            return nil
        }
    }

    private func perform(_ leased: LeasedJob) async {
        let heartbeat = Task { await keepLease(leased) }
        defer { heartbeat.cancel() }
        do {
            do {
                if try await perform(leased.job) {
                    _ = try await repository.catalog.complete(leased.job.id, worker: name)
                } else {
                    _ = try await repository.catalog.continueLater(leased.job.id, worker: name)
                    jobs.wake()
                }
            } catch {
                try await report(error, of: leased)
            }
        } catch {
            // The lease expires, and the job is done again.
            repository.log.log(.error, "a job cannot be reported", ["job": "\(leased.job.id)", "reason": "\(error)"])
        }
        jobs.changes.signal()
    }

    /// Does a job, or as much of it as its turn allows.
    ///
    /// - Returns: whether it is done.
    private func perform(_ job: Job) async throws -> Bool {
        do {
            switch job.work {
            case .derive(let digest): try await kept.makeAwaited(of: digest)
            case .generate(let type, _): try await enumerate(job, lacking: type)
            case .compress(let image, _, let format):
                _ = try await compressed.compress(image, as: format, for: .server)
            case .ingest(let item): try await ingest.keepItem(item)
            case .change(let id): return try await bulk.work(on: id, by: name)
            // These are leased by `WebhookDelivery` only.
            case .deliver: break
            }
        } catch let error as ServiceError where error.code == .notFound {
            // The content has been deleted since, and nothing is left to do.
        }
        return true
    }

    /// Queues a job for every content that lacks a file, page by page.
    private func enumerate(_ job: Job, lacking type: FileType) async throws {
        var cursor: Cursor?
        repeat {
            let page = try await repository.catalog.contents(
                lacking: type, ownedBy: job.owner, after: cursor, limit: 500)
            _ = try await repository.catalog.enumerate(page.elements, for: job.id, worker: name)
            jobs.work.signal()
            cursor = page.next
        } while cursor != nil
        _ = try await repository.catalog.finishEnumeration(of: job.id, worker: name)
    }

    private func report(_ error: any Error, of leased: LeasedJob) async throws {
        let explained = ServiceError(explaining: error)
        let isFinal = leased.job.work.isFinal(after: explained?.code, attempts: leased.job.attempts)
        let pause = Double(1 << min(leased.job.attempts, 8))
        let message = explained?.message ?? "The server failed; its log tells more under the job's id."
        _ = try await repository.catalog.fail(
            leased.job.id, worker: name, error: message,
            retryAt: isFinal ? nil : Timestamp.now.advanced(bySeconds: pause))
        repository.log.log(
            .warning, "a job failed",
            [
                "job": "\(leased.job.id)", "kind": "\(leased.job.kind.rawValue)",
                "reason": .text(explained?.message ?? "\(error)"),
            ])
    }

    private func keepLease(_ leased: LeasedJob) async {
        while !Task.isCancelled {
            // Cancellation ends the sleep early, and is checked right below.
            try? await Task.sleep(for: .seconds(Self.leaseSeconds / 3))
            if Task.isCancelled { return }
            let until = Timestamp.now.advanced(bySeconds: Self.leaseSeconds)
            do {
                _ = try await repository.catalog.heartbeat(leased.job.id, worker: name, until: until)
            } catch {
                repository.log.log(.warning, "a lease cannot be renewed", ["reason": "\(error)"])
            }
        }
    }
}

extension Job.Work {
    private static let maximumAttempts = 5

    /// Whether an attempt that has failed was the last one. An item that was acknowledged is never given up: what is at
    /// fault with its file ends its job without a failure.
    fileprivate func isFinal(after code: ServiceError.Code?, attempts: Int) -> Bool {
        if case .ingest = self { return false }
        return code == .damaged || code == .conflict || code == .unsupported || attempts >= Self.maximumAttempts
    }
}

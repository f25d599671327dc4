public import Domain
internal import SQL

extension Catalog {
    /// Ends a job with success. A `generate` job ends when all jobs that it counts have ended, a `change` when all of
    /// its images have been counted.
    ///
    /// - Returns: false, without any change, if the worker has lost its lease.
    public func complete(_ job: JobID, worker: String, now: Timestamp = .now) async throws -> Bool {
        try await database.write { session in
            guard try JobRows.isLeased(job, to: worker, session), let job = try JobRows.job(job, session) else {
                return false
            }
            switch job.work {
            case .generate, .change: return try Self.finishEnumeration(of: job.id, worker, now, session)
            case .derive, .compress, .ingest, .deliver: break
            }
            try Self.showAwaited(after: job, now, session)
            if try Self.isAwaitedAgain(job, session) {
                try JobRows.queueAgain(job.id, now: now, session)
            } else {
                try JobQueue(session, now: now).succeed(job)
            }
            return true
        }
    }

    /// Records that an attempt has failed.
    ///
    /// - Parameters:
    ///   - error: the reason, for people.
    ///   - retryAt: when to try again; nil for never.
    /// - Returns: false, without any change, if the worker has lost its lease.
    public func fail(
        _ job: JobID, worker: String, error: String, retryAt: Timestamp?, now: Timestamp = .now
    ) async throws -> Bool {
        try await database.write { session in
            guard try JobRows.isLeased(job, to: worker, session), let failed = try JobRows.job(job, session) else {
                return false
            }
            let state: Job.State = retryAt == nil ? .failed : .queued
            try session.execute(
                """
                UPDATE jobs SET state = \(state), error = \(error), worker = NULL, lease_until = NULL,
                    run_after = \(retryAt ?? now), date_updated = \(now)
                WHERE id = \(job)
                """)
            if retryAt == nil {
                try Self.showAwaited(after: failed, now, session)
                try JobQueue(session, now: now).fail(failed)
            }
            return true
        }
    }

    /// Shows the images of a content what its job has made, in the transaction in which the job ends: an image that was
    /// added meanwhile waits for no other job.
    private static func showAwaited(after job: Job, _ now: Timestamp, _ session: any SQLSession) throws {
        guard let digest = job.work.digest else { return }
        try ShownFileRows.showRenditions(
            where: "images.digest = \(digest) AND images.awaits_files = 1", now: now, session)
    }

    /// Whether an image of a job's content was turned while the job was under way.
    private static func isAwaitedAgain(_ job: Job, _ session: any SQLSession) throws -> Bool {
        guard case .derive(let digest) = job.work else { return false }
        return try session.exists(
            "SELECT 1 FROM images WHERE digest = \(digest) AND awaits_files = 1 AND state = 0 AND rotation <> 1")
    }

    /// Queues a failed job again; nil if the job does not exist or has not failed.
    ///
    /// If another active job does the same work, that one is returned and nothing is changed.
    public func requeue(_ job: JobID, now: Timestamp = .now) async throws -> Job? {
        try await database.write { session in
            guard let failed = try JobRows.job(job, session), failed.state == .failed else { return nil }
            return try JobQueue(session, now: now).retry(failed)
        }
    }
}

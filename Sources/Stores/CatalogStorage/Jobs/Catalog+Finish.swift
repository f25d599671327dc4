public import Domain
internal import SQL

extension Catalog {
    /// Ends a job with success. A `generate` job ends when all that it counts have ended.
    ///
    /// - Returns: false if the worker has lost its lease; then nothing is changed.
    public func complete(_ job: JobID, worker: String, now: Timestamp = .now) async throws -> Bool {
        try await database.write { session in
            guard try JobRows.isLeased(job, to: worker, session), let job = try JobRows.job(job, session) else {
                return false
            }
            if case .generate = job.work { return try Self.finishEnumeration(of: job.id, worker, now, session) }
            try JobQueue(session, now: now).succeed(job)
            return true
        }
    }

    /// Notes that an attempt has failed.
    ///
    /// - Parameters:
    ///   - error: why, for people.
    ///   - retryAt: when to try again; nil for never.
    /// - Returns: false if the worker has lost its lease; then nothing is changed.
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
            if retryAt == nil { try JobQueue(session, now: now).fail(failed) }
            return true
        }
    }

    /// Queues a failed job again; nil if there is no such job, or it has not failed.
    ///
    /// If another job is at the same work already, that one is returned and nothing is changed.
    public func requeue(_ job: JobID, now: Timestamp = .now) async throws -> Job? {
        try await database.write { session in
            guard let failed = try JobRows.job(job, session), failed.state == .failed else { return nil }
            return try JobQueue(session, now: now).retry(failed)
        }
    }
}

public import Domain
internal import SQL

extension Catalog {
    /// Ends a job with success; a `generate-…` job ends when all that it counts have ended.
    ///
    /// A `derive` that has succeeded is forgotten, so that the table does not grow with every upload; a `compress` after
    /// a day.
    /// - Returns: false where the worker has lost its lease, and then nothing is changed.
    public func complete(_ job: JobID, worker: String, now: Timestamp = .now) async throws -> Bool {
        try await database.write { session in
            guard try JobRows.isLeased(job, to: worker, session), let kind = try JobRows.job(job, session)?.kind else {
                return false
            }
            if kind == .compress {
                try Self.endCompress(job, .done, now, session)
                return true
            }
            if kind.missingType != nil { return try Self.finishEnumeration(of: job, worker, now, session) }
            try DeriveQueue(session, now: now).succeed(job)
            return true
        }
    }

    /// Notes that an attempt has failed.
    ///
    /// - Parameters:
    ///   - error: why, for people.
    ///   - retryAt: when to try again; nil for never.
    /// - Returns: false where the worker has lost its lease, and then nothing is changed.
    public func fail(
        _ job: JobID, worker: String, error: String, retryAt: Timestamp?, now: Timestamp = .now
    ) async throws -> Bool {
        try await database.write { session in
            guard try JobRows.isLeased(job, to: worker, session) else { return false }
            let state: Job.State = retryAt == nil ? .failed : .queued
            try session.execute(
                """
                UPDATE jobs SET state = \(state), error = \(error), worker = NULL, lease_until = NULL,
                    run_after = \(retryAt ?? now), date_updated = \(now)
                WHERE id = \(job)
                """)
            if retryAt == nil {
                try DeriveQueue(session, now: now).fail(job)
                if try JobRows.job(job, session)?.kind == .compress {
                    try Self.endCompress(job, .failed, now, session)
                }
                try session.execute("DELETE FROM job_children WHERE parent = \(job)")
            }
            return true
        }
    }

    /// Queues a job that has failed once more; nil where it is not there or has not failed.
    ///
    /// Where another job of its kind is active, that one is returned and nothing is changed.
    public func requeue(_ job: JobID, now: Timestamp = .now) async throws -> Job? {
        try await database.write { session in
            guard let failed = try JobRows.job(job, session), failed.state == .failed else { return nil }
            if failed.kind == .compress { return try Self.requeueCompress(failed, now, session) }
            if failed.kind == .derive {
                try DeriveQueue(session, now: now).retry(job)
            } else {
                let active = try session.first(
                    """
                    SELECT \(sql: JobRows.columns) FROM jobs
                    WHERE kind = \(failed.kind) AND state IN ('queued', 'running')
                        AND coalesce(owner, x'') = coalesce(\(failed.owner), x'')
                    """, JobRows.read)
                if let active { return active }
                try session.execute(
                    "UPDATE jobs SET total = 0, done = 0, failed = 0, enumerated = 0, covers_all = 1 WHERE id = \(job)")
                try JobRows.queueAgain(job, now: now, session)
            }
            return try JobRows.job(job, session)
        }
    }
}

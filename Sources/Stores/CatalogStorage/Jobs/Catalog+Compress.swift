public import Domain
internal import SQL

extension Catalog {
    /// How long a `compress` job that is done can be asked for.
    private static let secondsToRemember = 86_400.0

    /// Asks for the compressed file of a content; the same job while an earlier request of that account is under way.
    ///
    /// - Parameters:
    ///   - format: nil for the usual one.
    ///   - owner: who has asked.
    public func enqueueCompress(
        _ digest: Digest, as format: ImageFormat?, owner: AccountID, now: Timestamp = .now
    ) async throws -> Job {
        try await database.write { session in
            try session.execute(
                """
                DELETE FROM jobs WHERE kind = 'compress' AND state = 'done'
                    AND date_updated < \(now.advanced(bySeconds: -Self.secondsToRemember))
                """)
            if let active = try Self.activeCompress(digest, format, owner, session) { return active }
            let job = JobID()
            try JobRows.insert(
                job, .compress, .generated, digest: digest, parent: nil, owner: owner, now: now, session)
            try session.execute("UPDATE jobs SET total = 1, format = \(format?.rawValue) WHERE id = \(job)")
            guard let result = try JobRows.job(job, session) else {
                throw CatalogError(.malformedRow, "a job that was just written is not there")
            }
            return result
        }
    }

    /// Queues a failed `compress` again, unless another one is at it already, which is answered then.
    static func requeueCompress(_ failed: Job, _ now: Timestamp, _ session: any SQLSession) throws -> Job? {
        if let digest = failed.digest, let owner = failed.owner,
            let active = try activeCompress(digest, failed.format, owner, session)
        {
            return active
        }
        try session.execute("UPDATE jobs SET done = 0, failed = 0 WHERE id = \(failed.id)")
        try JobRows.queueAgain(failed.id, now: now, session)
        return try JobRows.job(failed.id, session)
    }

    /// Counts what a `compress` job was about as done or failed.
    static func endCompress(_ job: JobID, _ state: Job.State, _ now: Timestamp, _ session: any SQLSession) throws {
        let done = state == .done ? 1 : 0
        try session.execute(
            """
            UPDATE jobs SET state = \(state), done = \(done), failed = \(1 - done), worker = NULL, lease_until = NULL,
                date_updated = \(now)
            WHERE id = \(job)
            """)
    }

    private static func activeCompress(
        _ digest: Digest, _ format: ImageFormat?, _ owner: AccountID, _ session: any SQLSession
    ) throws -> Job? {
        try session.first(
            """
            SELECT \(sql: JobRows.columns) FROM jobs
            WHERE kind = 'compress' AND state IN ('queued', 'running') AND digest = \(digest)
                AND coalesce(format, '') = \(format?.rawValue ?? "") AND coalesce(owner, x'') = \(owner)
            """, JobRows.read)
    }
}

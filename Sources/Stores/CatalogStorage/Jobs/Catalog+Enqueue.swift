public import Domain
internal import SQL

extension Catalog {
    /// Queues work.
    ///
    /// - Parameter owner: the account that owns the job; nil for a job of the server.
    /// - Returns: the job. While it is active, another request for the same work returns the same job.
    public func enqueue(_ work: Job.Work, owner: AccountID?, now: Timestamp = .now) async throws -> Job {
        try await database.write { session in try JobQueue(session, now: now).enqueue(work, owner: owner) }
    }

    /// Queues the missing renditions of a type and returns the job that counts them.
    ///
    /// An owner has one such active job at a time. Another request adds its images to that job and returns it.
    /// - Parameters:
    ///   - owner: the account whose images are covered; nil for all accounts.
    ///   - images: the images to cover, at most some thousands. Their damage is cleared and failed jobs are retried.
    ///     Nil for all of the owner's images: a worker finds them (`enumerate`, `finishEnumeration`).
    public func enqueueGenerate(
        _ type: FileType, images: [ImageID]?, owner: AccountID? = nil, now: Timestamp = .now
    ) async throws -> Job {
        try await database.write { session in
            let queue = JobQueue(session, now: now)
            let job = try queue.enqueue(.generate(type, images == nil ? .all : .some), owner: owner)
            if let images {
                if job.state == .queued, case .generate(_, .some) = job.work { try Self.beginCounting(job.id, session) }
                try Self.add(images, lacking: type, to: job.id, queue, session)
            } else {
                try Self.coverAll(job, now, session)
            }
            return try JobRows.job(job.id, session) ?? job
        }
    }

    /// Starts a job for some contents. It needs no worker and ends with the last of them.
    private static func beginCounting(_ job: JobID, _ session: any SQLSession) throws {
        try session.execute("UPDATE jobs SET state = 'running', is_enumerated = 1 WHERE id = \(job)")
    }

    /// Makes a job for some contents cover all contents.
    private static func coverAll(_ job: Job, _ now: Timestamp, _ session: any SQLSession) throws {
        guard case .generate(let type, .some) = job.work else { return }
        try session.execute(
            """
            UPDATE jobs SET state = 'queued', is_enumerated = 0, payload = \(try Job.Work.generate(type, .all).payload),
                run_after = \(now), date_updated = \(now)
            WHERE id = \(job.id)
            """)
    }

    private static func add(
        _ images: [ImageID], lacking type: FileType, to job: JobID, _ queue: JobQueue, _ session: any SQLSession
    ) throws {
        for image in images {
            let digest = try session.first(
                """
                SELECT images.digest FROM images WHERE id = \(image) AND \(sql: lacks(type))
                """
            ) { try $0.digest(0) }
            guard let digest else { continue }
            try clearDamage(of: digest, session)
            try session.execute("UPDATE images SET awaits_files = 1 WHERE id = \(image)")
            try queue.derive(digest, parent: job, retryFailed: true)
        }
        try queue.settle(job)
    }

    /// Queues the renditions of a page of contents for a `generate` job, which counts each once. May be repeated.
    ///
    /// - Returns: false, without any change, if the worker does not hold the job's lease.
    public func enumerate(
        _ digests: [Digest], for job: JobID, worker: String, now: Timestamp = .now
    ) async throws -> Bool {
        try await database.write { session in
            guard try JobRows.isLeased(job, to: worker, session) else { return false }
            let queue = JobQueue(session, now: now)
            let owner = try JobRows.job(job, session)?.owner
            let isOwned: SQLQuery = owner.map { "owner = \($0)" } ?? "1 = 1"
            for digest in digests where try ContentRows.exists(digest, session) {
                try session.execute(
                    """
                    UPDATE images SET awaits_files = 1 WHERE digest = \(digest) AND state = 0 AND \(sql: isOwned)
                    """)
                try queue.derive(digest, parent: job, retryFailed: false)
            }
            return true
        }
    }

    /// Records that a `generate` job has queued all of its jobs. It ends with the last of them, without a worker.
    ///
    /// - Returns: false, without any change, if the worker does not hold the job's lease.
    public func finishEnumeration(of job: JobID, worker: String, now: Timestamp = .now) async throws -> Bool {
        try await database.write { session in try Self.finishEnumeration(of: job, worker, now, session) }
    }

    static func finishEnumeration(
        of job: JobID, _ worker: String, _ now: Timestamp, _ session: any SQLSession
    ) throws -> Bool {
        guard try JobRows.isLeased(job, to: worker, session) else { return false }
        try session.execute(
            """
            UPDATE jobs SET is_enumerated = 1, worker = NULL, lease_until = NULL, date_updated = \(now)
            WHERE id = \(job)
            """)
        try JobQueue(session, now: now).settle(job)
        return true
    }
}

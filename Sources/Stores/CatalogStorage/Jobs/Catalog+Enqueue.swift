public import Domain
internal import SQL

extension Catalog {
    /// Asks for some work.
    ///
    /// - Parameter owner: the account whose job it is; nil for a job of the server.
    /// - Returns: the job; the same one while an earlier request for the same work is under way.
    public func enqueue(_ work: Job.Work, owner: AccountID?, now: Timestamp = .now) async throws -> Job {
        try await database.write { session in try JobQueue(session, now: now).enqueue(work, owner: owner) }
    }

    /// Asks for the renditions of a type that are missing, and returns the job that counts them.
    ///
    /// While such a job of an owner is active there is no other: asking again returns it, with what is asked for now added.
    /// - Parameters:
    ///   - owner: the account whose images are meant; nil for everybody's.
    ///   - images: the images that are meant, at most some thousands: their damage is forgotten and failures are tried again.
    ///     Nil for all of the owner: a worker has to find them (`enumerate`, `finishEnumeration`).
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

    /// A job for some contents needs no worker: it ends with the last of them.
    private static func beginCounting(_ job: JobID, _ session: any SQLSession) throws {
        try session.execute("UPDATE jobs SET state = 'running', is_enumerated = 1 WHERE id = \(job)")
    }

    /// Lets a job that was for some contents look for all.
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
                SELECT images.digest FROM images WHERE id = \(image) AND \(sql: lacks(type, "images"))
                """
            ) { try $0.digest(0) }
            guard let digest else { continue }
            try session.execute("UPDATE contents SET damage = NULL WHERE digest = \(digest)")
            try ContentRows.refresh(digest, session)
            try queue.derive(digest, parent: job, retryFailed: true)
        }
        try queue.settle(job)
    }

    /// Queues the renditions of a page of contents for a `generate` job, which counts each once. It may be repeated.
    ///
    /// - Returns: false if the worker does not hold the job's lease; then nothing is changed.
    public func enumerate(
        _ digests: [Digest], for job: JobID, worker: String, now: Timestamp = .now
    ) async throws -> Bool {
        try await database.write { session in
            guard try JobRows.isLeased(job, to: worker, session) else { return false }
            let queue = JobQueue(session, now: now)
            for digest in digests where try ContentRows.exists(digest, session) {
                try queue.derive(digest, parent: job, retryFailed: false)
            }
            return true
        }
    }

    /// Notes that a `generate` job has queued all it will: it ends with the last of them, without a worker.
    ///
    /// - Returns: false if the worker does not hold the job's lease; then nothing is changed.
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

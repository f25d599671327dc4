internal import Domain
internal import SQL

/// The transitions of jobs: queued, ended and retried, with the effects on the jobs that count them.
struct JobQueue {
    private let session: any SQLSession
    private let now: Timestamp

    init(_ session: any SQLSession, now: Timestamp) {
        self.session = session
        self.now = now
    }

    /// Returns the active job for the work, or a new one.
    ///
    /// - Parameter job: the id of a new job.
    func enqueue(_ work: Job.Work, owner: AccountID?, id job: JobID = JobID()) throws -> Job {
        try removeExpired(work)
        if let active = try active(work, owner: owner) { return active }
        try JobRows.insert(job, work, parent: nil, owner: owner, now: now, session)
        return try written(job)
    }

    /// Makes sure that a content has a `derive` job and that `parent` counts it once.
    ///
    /// - Parameter retryFailed: whether to retry a job that this parent has already counted as failed.
    /// - Returns: the job.
    @discardableResult
    func derive(_ digest: Digest, parent: JobID?, retryFailed: Bool) throws -> JobID {
        guard let (job, state) = try existing(.derive(digest)) else {
            let job = JobID()
            try JobRows.insert(job, .derive(digest), parent: parent, owner: nil, now: now, session)
            try link(job, to: parent)
            return job
        }
        if state == .failed {
            if try !retryFailed && isLinked(job, to: parent) { return job }
            try queueAgain(job)
        }
        try link(job, to: parent)
        return job
    }

    /// Counts a success for the job and for those that count it. Removes the job if its kind is not retained.
    func succeed(_ job: Job) throws {
        let parents = try parents(of: job.id)
        try session.execute("UPDATE jobs SET done = done + 1, date_updated = \(now) WHERE \(sql: counts(job.id))")
        if job.work.retention == .none {
            try session.execute("DELETE FROM jobs WHERE id = \(job.id)")
        } else {
            try session.execute(
                """
                UPDATE jobs SET state = 'done', done = total, failed = 0, worker = NULL, lease_until = NULL,
                    date_updated = \(now)
                WHERE id = \(job.id)
                """)
        }
        for parent in parents { try settle(parent) }
    }

    /// Counts a final failure for the job and for those that count it. The job remains, so that it can be read and
    /// retried.
    func fail(_ job: Job) throws {
        let (work, job) = (job.work, job.id)
        // Jobs that it has queued are counted when they end.
        if work.initialTotal > 0 { try session.execute("UPDATE jobs SET failed = total WHERE id = \(job)") }
        try session.execute("UPDATE jobs SET failed = failed + 1, date_updated = \(now) WHERE \(sql: counts(job))")
        for parent in try parents(of: job) { try settle(parent) }
        try session.execute("DELETE FROM job_children WHERE parent = \(job)")
    }

    /// Queues a failed job again. If another active job does the same work, that one is returned instead.
    func retry(_ job: Job) throws -> Job {
        if let active = try active(job.work, owner: job.owner) { return active }
        // A bulk change goes on where it has stopped.
        if case .change = job.work {
            try queueAgain(job.id)
            return try written(job.id)
        }
        try session.execute(
            """
            UPDATE jobs SET total = \(job.work.initialTotal), done = 0, failed = 0, is_enumerated = 0,
                payload = \(try job.work.coveringAll.payload)
            WHERE id = \(job.id)
            """)
        try queueAgain(job.id)
        return try written(job.id)
    }

    /// Removes the job of a deleted content as if its parents had never counted it.
    func drop(_ digest: Digest) throws {
        guard let (job, state) = try existing(.derive(digest)) else { return }
        let parents = try parents(of: job)
        let failed = state == .failed ? 1 : 0
        try session.execute(
            "UPDATE jobs SET total = total - 1, failed = failed - \(failed), date_updated = \(now) WHERE \(sql: counts(job))"
        )
        try session.execute("DELETE FROM jobs WHERE id = \(job)")
        for parent in parents { try settle(parent) }
    }

    /// Ends a job that counts others once all of them are queued and have ended.
    func settle(_ parent: JobID) throws {
        let ended = try session.execute(
            """
            UPDATE jobs SET state = 'done', worker = NULL, lease_until = NULL, date_updated = \(now)
            WHERE id = \(parent) AND is_enumerated = 1 AND done + failed >= total AND state IN ('queued', 'running')
            """)
        if ended > 0 { try session.execute("DELETE FROM job_children WHERE parent = \(parent)") }
    }

    /// Queues a failed job again. Jobs that counted its failure wait for it again.
    private func queueAgain(_ job: JobID) throws {
        try session.execute("UPDATE jobs SET failed = failed - 1 WHERE \(sql: counts(job)) AND failed > 0")
        try JobRows.queueAgain(job, now: now, session)
    }

    /// Removes successful jobs of a kind whose retention has ended.
    private func removeExpired(_ work: Job.Work) throws {
        guard case .seconds(let seconds) = work.retention else { return }
        try session.execute(
            """
            DELETE FROM jobs WHERE kind = \(work.kind) AND state = 'done'
                AND date_updated < \(now.advanced(bySeconds: -seconds))
            """)
    }

    private func active(_ work: Job.Work, owner: AccountID?) throws -> Job? {
        try session.first(
            """
            SELECT \(sql: JobRows.columns) FROM jobs
            WHERE unique_key = \(work.uniqueKey(owner: owner)) AND state IN ('queued', 'running')
            """, JobRows.read)
    }

    /// The job for the work that belongs to no account, in any state.
    private func existing(_ work: Job.Work) throws -> (JobID, Job.State)? {
        try session.first("SELECT id, state FROM jobs WHERE unique_key = \(work.uniqueKey(owner: nil))") { row in
            (try row.identity(0), try row.word(1))
        }
    }

    private func link(_ job: JobID, to parent: JobID?) throws {
        guard let parent else { return }
        let linked = try session.execute(
            "INSERT INTO job_children (parent, child) VALUES (\(parent), \(job)) ON CONFLICT (parent, child) DO NOTHING"
        )
        guard linked > 0 else { return }
        try session.execute("UPDATE jobs SET total = total + 1, date_updated = \(now) WHERE id = \(parent)")
        try session.execute("UPDATE jobs SET parent = \(parent) WHERE id = \(job) AND parent IS NULL")
    }

    private func isLinked(_ job: JobID, to parent: JobID?) throws -> Bool {
        guard let parent else { return false }
        return try session.exists("SELECT 1 FROM job_children WHERE parent = \(parent) AND child = \(job)")
    }

    private func parents(of job: JobID) throws -> [JobID] {
        try session.all("SELECT parent FROM job_children WHERE child = \(job)") { try $0.identity(0) }
    }

    private func counts(_ job: JobID) -> SQLQuery { "id IN (SELECT parent FROM job_children WHERE child = \(job))" }

    private func written(_ job: JobID) throws -> Job {
        guard let job = try JobRows.job(job, session) else {
            throw CatalogError(.malformedRow, "a job that was just written does not exist")
        }
        return job
    }
}

extension Job.Work {
    /// The work as it is retried: a `generate` job then covers all contents.
    fileprivate var coveringAll: Job.Work {
        if case .generate(let type, _) = self { return .generate(type, .all) }
        return self
    }
}

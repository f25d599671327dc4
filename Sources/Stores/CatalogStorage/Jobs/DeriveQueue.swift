internal import Domain
internal import SQL

/// The `derive` jobs, of which a content has one at most, and the jobs that count them.
struct DeriveQueue {
    private let session: any SQLSession
    private let now: Timestamp

    init(_ session: any SQLSession, now: Timestamp) {
        self.session = session
        self.now = now
    }

    /// Sees to it that a content has a `derive` job, and that `parent` counts it once.
    ///
    /// - Parameter retryFailed: whether one that has failed for this parent already is tried again.
    func add(_ digest: Digest, parent: JobID?, retryFailed: Bool) throws {
        guard let (job, state) = try existing(digest) else {
            let job = JobID()
            let lane = parent == nil ? JobLane.uploaded : .generated
            try JobRows.insert(job, .derive, lane, digest: digest, parent: parent, now: now, session)
            return try link(job, to: parent)
        }
        if state == .failed {
            if try !retryFailed && isLinked(job, to: parent) { return }
            try retry(job)
        }
        try link(job, to: parent)
    }

    /// Queues a failed job again; the jobs that counted its failure wait for it again.
    func retry(_ job: JobID) throws {
        try session.execute("UPDATE jobs SET failed = failed - 1 WHERE \(sql: counts(job)) AND failed > 0")
        try JobRows.queueAgain(job, now: now, session)
    }

    /// Counts a success for the parents, and forgets the job: what it made is to be seen in the files.
    func succeed(_ job: JobID) throws {
        let parents = try parents(of: job)
        try session.execute("UPDATE jobs SET done = done + 1, date_updated = \(now) WHERE \(sql: counts(job))")
        try session.execute("DELETE FROM jobs WHERE id = \(job)")
        for parent in parents { try settle(parent) }
    }

    /// Counts a final failure for the parents; the job stays to be seen and tried again.
    func fail(_ job: JobID) throws {
        try session.execute("UPDATE jobs SET failed = failed + 1, date_updated = \(now) WHERE \(sql: counts(job))")
        for parent in try parents(of: job) { try settle(parent) }
    }

    /// Forgets the job of a content that is deleted, as if its parents had never counted it.
    func drop(_ digest: Digest) throws {
        guard let (job, state) = try existing(digest) else { return }
        let parents = try parents(of: job)
        let failed = state == .failed ? 1 : 0
        try session.execute(
            "UPDATE jobs SET total = total - 1, failed = failed - \(failed), date_updated = \(now) WHERE \(sql: counts(job))"
        )
        try session.execute("DELETE FROM jobs WHERE id = \(job)")
        for parent in parents { try settle(parent) }
    }

    /// Ends a job that counts others when all it will ever count have ended.
    func settle(_ parent: JobID) throws {
        let ended = try session.execute(
            """
            UPDATE jobs SET state = 'done', worker = NULL, lease_until = NULL, date_updated = \(now)
            WHERE id = \(parent) AND enumerated = 1 AND done + failed >= total AND state IN ('queued', 'running')
            """)
        if ended > 0 { try session.execute("DELETE FROM job_children WHERE parent = \(parent)") }
    }

    private func existing(_ digest: Digest) throws -> (JobID, Job.State)? {
        try session.first("SELECT id, state FROM jobs WHERE kind = 'derive' AND digest = \(digest)") { row in
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
}

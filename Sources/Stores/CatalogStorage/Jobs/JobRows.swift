internal import Domain
internal import SQL

/// Rows of `jobs`.
enum JobRows {
    static let columns: SQLQuery = """
        jobs.id, jobs.kind, jobs.payload, jobs.digest, jobs.parent, jobs.state, jobs.total, jobs.done, jobs.failed,
        jobs.attempts, jobs.error, jobs.date_created, jobs.date_updated, jobs.run_after, jobs.owner
        """

    static func job(_ id: JobID, _ session: any SQLSession) throws -> Job? {
        try session.first("SELECT \(sql: columns) FROM jobs WHERE id = \(id)", read)
    }

    static func read(_ row: SQLRow) throws -> Job {
        let work = try Job.Work(
            row.word("kind"), row.digestIfPresent("digest"), payload: row.text("payload"))
        guard let work else { throw row.malformed("payload") }
        return Job(
            id: try row.identity("id"), work: work, parent: try row.identityIfPresent("parent"),
            state: try row.word("state"),
            progress: Job.Progress(
                total: try row.integer("total"), done: try row.integer("done"), failed: try row.integer("failed")),
            attempts: try row.int("attempts"), error: try row.textIfPresent("error"),
            dateCreated: try row.timestamp("date_created"), dateUpdated: try row.timestamp("date_updated"),
            runAfter: try row.timestamp("run_after"), owner: try row.identityIfPresent("owner"))
    }

    static func insert(
        _ id: JobID, _ work: Job.Work, parent: JobID?, owner: AccountID?, now: Timestamp, _ session: any SQLSession
    ) throws {
        let lane = work.lane(isCounted: parent != nil).rawValue
        try session.execute(
            """
            INSERT INTO jobs (id, kind, payload, unique_key, lane, digest, parent, owner, state, total, run_after,
                date_created, date_updated)
            VALUES (\(id), \(work.kind), \(try work.payload), \(work.uniqueKey(owner: owner)), \(lane), \(work.digest),
                \(parent), \(owner), 'queued', \(work.initialTotal), \(now), \(now), \(now))
            """)
    }

    /// Puts a job back at the end of its queue as if it had never run. Its last error remains visible.
    static func queueAgain(_ id: JobID, now: Timestamp, _ session: any SQLSession) throws {
        try session.execute(
            """
            UPDATE jobs SET state = 'queued', attempts = 0, worker = NULL, lease_until = NULL, run_after = \(now),
                date_updated = \(now)
            WHERE id = \(id)
            """)
    }

    /// Whether a worker holds the lease of a job.
    static func isLeased(_ id: JobID, to worker: String, _ session: any SQLSession) throws -> Bool {
        try session.exists("SELECT 1 FROM jobs WHERE id = \(id) AND state = 'running' AND worker = \(worker)")
    }
}

public import Domain
internal import SQL

/// A job that a worker may run until its lease ends.
public struct LeasedJob: Sendable, Hashable {
    public let job: Job
    public let until: Timestamp
}

/// Which jobs a worker takes.
public enum JobChoice: Sendable {
    /// All but deliveries.
    case all
    /// Renditions of new uploads.
    case uploads
    /// Deliveries of webhooks, which wait for other servers.
    case deliveries

    var lanes: [JobLane] {
        switch self {
        case .all: JobLane.allCases.filter { $0 != .deliveries }
        case .uploads: [.uploaded]
        case .deliveries: [.deliveries]
        }
    }
}

extension Catalog {
    /// How many webhooks of one account are served at once.
    public static let deliveriesOfAccount: Int64 = 2

    /// Takes jobs that are due: queued ones, and running ones whose lease has ended.
    ///
    /// The queues take turns (`JobLane`), each oldest first. Nothing is written if no job is due.
    /// - Parameters:
    ///   - worker: the name of the worker, unique among those that run.
    ///   - limit: at least 1.
    ///   - seconds: how long the leases last.
    ///   - choice: which jobs are taken.
    public func lease(
        worker: String, limit: Int, seconds: Double, of choice: JobChoice = .all, now: Timestamp = .now
    ) async throws -> [LeasedJob] {
        let isDue = try await database.read { session in
            try !Self.due(limit: 1, choice, now, session).isEmpty
        }
        guard isDue else { return [] }
        let until = now.advanced(bySeconds: seconds)
        return try await database.write { session in
            try Self.due(limit: max(1, limit), choice, now, session).compactMap { job in
                try session.execute(
                    """
                    UPDATE jobs SET state = 'running', worker = \(worker), lease_until = \(until),
                        attempts = attempts + 1, date_updated = \(now)
                    WHERE id = \(job)
                    """)
                return try JobRows.job(job, session).map { LeasedJob(job: $0, until: until) }
            }
        }
    }

    /// Extends a lease; false if the worker has lost it.
    public func heartbeat(_ job: JobID, worker: String, until: Timestamp) async throws -> Bool {
        try await database.write { session in
            guard try JobRows.isLeased(job, to: worker, session) else { return false }
            try session.execute("UPDATE jobs SET lease_until = \(until) WHERE id = \(job)")
            return true
        }
    }

    /// Ends every lease, so that interrupted jobs run again at once. Only for callers that know that no worker is
    /// running.
    public func endLeases(now: Timestamp = .now) async throws {
        try await database.write { session in
            try session.execute(
                "UPDATE jobs SET lease_until = \(now) WHERE state = 'running' AND lease_until > \(now)")
        }
    }

    private static let mayBeDelivered: SQLQuery = """
        (SELECT count(*) FROM jobs AS other WHERE other.state = 'running' AND other.lane = \(JobLane.deliveries.rawValue)
            AND other.owner = jobs.owner) < \(deliveriesOfAccount)
        """

    private static let isFirstOfItsOwner: SQLQuery = """
        NOT EXISTS (SELECT 1 FROM jobs AS earlier WHERE earlier.kind = jobs.kind AND earlier.owner = jobs.owner
            AND earlier.state IN ('queued', 'running') AND earlier.seq < jobs.seq)
        """

    /// The due jobs, taken in turn from the expired leases and from each lane.
    private static func due(
        limit: Int, _ choice: JobChoice, _ now: Timestamp, _ session: any SQLSession
    ) throws -> [JobID] {
        let isDelivery: SQLQuery = "lane = \(JobLane.deliveries.rawValue)"
        let expired: SQLQuery = """
            SELECT id FROM jobs WHERE state = 'running' AND lease_until <= \(now)
                AND \(sql: choice == .deliveries ? isDelivery : "NOT \(sql: isDelivery)")
            ORDER BY lease_until, seq LIMIT \(limit)
            """
        let lanes: [SQLQuery] = choice.lanes.map { lane in
            let condition: SQLQuery =
                switch lane {
                case .changes: isFirstOfItsOwner
                case .deliveries: mayBeDelivered
                case .generate, .uploaded, .generated: "1 = 1"
                }
            return """
                SELECT id FROM jobs WHERE state = 'queued' AND lane = \(lane.rawValue) AND run_after <= \(now)
                    AND \(sql: condition)
                ORDER BY run_after, seq LIMIT \(limit)
                """
        }
        var queues = try ((choice == .uploads ? [] : [expired]) + lanes).map { query in
            ArraySlice(try session.all(query) { try $0.identity(0, as: JobID.self) })
        }
        var jobs: [JobID] = []
        while jobs.count < limit, queues.contains(where: { !$0.isEmpty }) {
            for index in queues.indices where jobs.count < limit {
                if let job = queues[index].popFirst() { jobs.append(job) }
            }
        }
        return jobs
    }
}

/// The queues from which workers take jobs in turn, so that a million jobs in one do not delay the others.
enum JobLane: Int, CaseIterable {
    /// Jobs that queue other jobs.
    case generate
    /// Renditions of new uploads.
    case uploaded
    /// Renditions requested by a `generate` job or a user.
    case generated
    /// Changes of many images. Those of one account are made one after the other.
    case changes
    /// Deliveries of webhooks.
    case deliveries
}

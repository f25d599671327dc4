public import Domain
internal import SQL

/// A job that an account has requested, and its place in the order of updates.
public struct UpdatedJob: Sendable {
    public let job: Job
    public let sequence: Int64
}

extension Catalog {
    /// Jobs that an account has requested, in the order of their last updates; not those of the items of batches, nor
    /// deliveries of webhooks, which it has not requested.
    ///
    /// - Parameters:
    ///   - last: only those that were updated after this moment, or at it with a greater sequence; nil for those that have
    ///     not ended.
    public func jobs(
        requestedBy owner: AccountID, updatedAfter last: (date: Timestamp, sequence: Int64)?, limit: Int
    ) async throws -> [UpdatedJob] {
        let condition: SQLQuery =
            last.map { last in
                """
                (jobs.date_updated > \(last.date) OR (jobs.date_updated = \(last.date) AND jobs.seq > \(last.sequence)))
                """
            } ?? "jobs.state IN ('queued', 'running')"
        return try await database.read { session in
            try session.all(
                """
                SELECT \(sql: JobRows.columns), jobs.seq FROM jobs
                WHERE jobs.owner = \(owner) AND jobs.kind NOT IN ('ingest', 'deliver') AND \(sql: condition)
                ORDER BY jobs.date_updated, jobs.seq LIMIT \(limit)
                """
            ) { UpdatedJob(job: try JobRows.read($0), sequence: try $0.integer("seq")) }
        }
    }
}

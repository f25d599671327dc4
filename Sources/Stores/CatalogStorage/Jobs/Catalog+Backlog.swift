public import Domain
internal import SQL

/// How many jobs of a kind are in a state.
public struct JobCount: Sendable, Hashable {
    public let kind: Job.Kind
    public let state: Job.State
    public let count: Int64
    /// When the oldest of them was requested.
    public let oldest: Timestamp
}

extension Catalog {
    /// The jobs that wait, run or have failed, by kind and state; without those of which there are none.
    public func jobBacklog() async throws -> [JobCount] {
        try await database.read { session in
            try session.all(
                """
                SELECT kind, state, count(*), min(date_created) FROM jobs
                WHERE state IN ('queued', 'running', 'failed') GROUP BY kind, state
                """
            ) { row in
                JobCount(
                    kind: try row.word(0), state: try row.word(1), count: try row.integer(2),
                    oldest: try row.timestamp(3))
            }
        }
    }
}

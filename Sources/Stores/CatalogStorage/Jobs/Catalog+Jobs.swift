public import Domain
internal import SQL

extension Catalog {
    public func job(_ id: JobID, visibleTo audience: Audience = .everything) async throws -> Job? {
        try await database.read { session in
            try session.first(
                """
                SELECT \(sql: JobRows.columns) FROM jobs WHERE id = \(id) AND \(sql: audience.jobCondition)
                """, JobRows.read)
        }
    }

    /// A page of jobs, newest first.
    ///
    /// - Parameters:
    ///   - state: nil for all.
    ///   - kind: nil for all.
    ///   - limit: 1 to 1000.
    /// - Throws: `CatalogError` with the code `foreignCursor`.
    public func jobs(
        state: Job.State?, kind: Job.Kind?, visibleTo audience: Audience = .everything, after cursor: Cursor?,
        limit: Int
    ) async throws -> Page<Job> {
        let paging = try Paging("jobs", cursor, limit)
        return try await database.read { session in
            var conditions: [SQLQuery] = [audience.jobCondition]
            if let state { conditions.append("state = \(state)") }
            if let kind { conditions.append("kind = \(kind)") }
            conditions.append("seq < \(paging.tie < 0 ? Int64.max : paging.tie)")
            let rows = try session.all(
                """
                SELECT \(sql: JobRows.columns), jobs.seq FROM jobs WHERE \(sql: .joined(conditions, by: " AND "))
                ORDER BY seq DESC LIMIT \(paging.limit + 1)
                """
            ) { (try JobRows.read($0), CursorKey.none, try $0.integer("seq")) }
            return paging.page(rows)
        }
    }
}

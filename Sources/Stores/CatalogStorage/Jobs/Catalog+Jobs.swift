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

    /// The job that waits or runs to make the renditions of a content; nil if there is none.
    public func derivation(of digest: Digest) async throws -> JobID? {
        let key = Job.Work.derive(digest).uniqueKey(owner: nil)
        return try await database.read { session in
            try session.first(
                "SELECT id FROM jobs WHERE unique_key = \(key) AND state IN ('queued', 'running')"
            ) { try $0.identity(0) }
        }
    }

    /// The images of contents that an audience may see, oldest first.
    ///
    /// - Parameters:
    ///   - digests: any number; each takes an index look-up.
    ///   - limit: at most so many of each.
    public func images(
        of digests: Set<Digest>, visibleTo audience: Audience, limit: Int
    ) async throws -> [Digest: [ImageID]] {
        try await database.read { session in
            var images: [Digest: [ImageID]] = [:]
            for digest in digests {
                images[digest] = try session.all(
                    """
                    SELECT images.id FROM images WHERE images.digest = \(digest) AND \(sql: audience.condition)
                    ORDER BY images.id LIMIT \(limit)
                    """
                ) { try $0.identity(0) }
            }
            return images
        }
    }
}

public import Domain
internal import SQL

extension Catalog {
    /// Images of one chunk: so few that other writers hardly wait while they are changed.
    static let bulkChunkLength = 50
    /// How many bulk changes of an account may wait or run.
    static let maximumBulkChanges: Int64 = 20

    /// How long a bulk change can be taken back after its end.
    static let undoSeconds = 86_400.0

    /// Queues a bulk change.
    ///
    /// - Parameter images: without duplicates.
    /// - Returns: its job.
    /// - Throws: `CatalogError` with the code `tooManyBulkChanges`.
    public func addBulkChange(
        _ change: BulkChange, of images: [ImageID], now: Timestamp = .now
    ) async throws -> Job {
        try await database.write { session in
            let job = try Self.insert(change, total: Int64(images.count), now, session)
            for (number, start) in stride(from: 0, to: images.count, by: Self.bulkChunkLength).enumerated() {
                let targets = images[start..<min(start + Self.bulkChunkLength, images.count)]
                try BulkRows.insert(targets.map { BulkChange.Target($0) }, at: number, of: job.id, session)
            }
            return job
        }
    }

    /// Queues a bulk change that takes the effects of another one back.
    ///
    /// - Returns: its job.
    /// - Throws: `CatalogError` with the code `tooManyBulkChanges`.
    public func undoBulkChange(_ job: JobID, now: Timestamp = .now) async throws -> UndoOutcome {
        try await database.write { session in
            let row = try session.first(
                """
                SELECT undone_by, former_images, former_bytes, state, date_updated FROM bulk_changes
                JOIN jobs ON id = job WHERE job = \(job)
                """
            ) { row in
                (
                    undoneBy: try row.identityIfPresent("undone_by", as: JobID.self),
                    images: try row.integer("former_images"), bytes: try row.integer("former_bytes"),
                    state: try row.word("state", as: Job.State.self),
                    end: try row.timestamp("date_updated")
                )
            }
            guard let row, let change = try BulkRows.change(of: job, session) else { return .notFound }
            guard row.state.isFinal else { return .unfinished }
            if let former = row.undoneBy { return .undone(by: former) }
            guard now <= row.end.advanced(bySeconds: Self.undoSeconds) else { return .expired }
            guard row.bytes <= BulkRows.maximumFormerBytes else { return .tooLarge }
            guard row.images > 0 else { return .nothing }
            let undo = try Self.insert(
                BulkChange(
                    owner: change.owner, coversAllAccounts: change.coversAllAccounts, edit: ImageEdit(), undone: job),
                total: row.images, now, session)
            try session.execute(
                """
                INSERT INTO bulk_chunks (job, number, targets)
                SELECT \(undo.id), number, former FROM bulk_chunks WHERE job = \(job) AND former IS NOT NULL
                """)
            try session.execute("UPDATE bulk_changes SET undone_by = \(undo.id) WHERE job = \(job)")
            return .queued(undo)
        }
    }

    private static func insert(
        _ change: BulkChange, total: Int64, _ now: Timestamp, _ session: any SQLSession
    ) throws -> Job {
        let waiting = try session.integer(
            """
            SELECT count(*) FROM jobs
            WHERE kind = \(Job.Kind.change) AND state IN ('queued', 'running') AND owner = \(change.owner)
            """)
        guard waiting < maximumBulkChanges else {
            throw CatalogError(.tooManyBulkChanges, "the account has as many bulk changes under way as it may")
        }
        let id = JobID()
        let job = try JobQueue(session, now: now).enqueue(.change(id), owner: change.owner, id: id)
        try session.execute("UPDATE jobs SET total = \(total) WHERE id = \(id)")
        try session.execute(
            """
            INSERT INTO bulk_changes (job, edit, covers_all_accounts, undone)
            VALUES (\(id), \(try JSONText.encode(StoredEdit(change.edit))), \(change.coversAllAccounts),
                \(change.undone))
            """)
        return try JobRows.job(id, session) ?? job
    }

    /// A page of the images that a bulk change could not change.
    ///
    /// - Parameter limit: 1 to 1000.
    /// - Throws: `CatalogError` with the code `foreignCursor`.
    public func bulkFailures(
        of job: JobID, after cursor: Cursor?, limit: Int
    ) async throws -> Page<BulkChange.Failure> {
        let paging = try Paging("failures", cursor, limit)
        return try await database.read { session in
            let rows = try session.all(
                """
                SELECT image, reason, message, seq FROM bulk_failures WHERE job = \(job) AND seq > \(paging.tie)
                ORDER BY seq LIMIT \(paging.limit + 1)
                """
            ) { row in
                let failure = BulkChange.Failure(
                    try row.identity("image"), try row.word("reason"), try row.textIfPresent("message"))
                return (failure, CursorKey.none, try row.integer("seq"))
            }
            return paging.page(rows)
        }
    }
}

/// The outcome of taking a bulk change back.
public enum UndoOutcome: Sendable, Hashable {
    case queued(Job)
    case notFound
    /// It has not ended yet.
    case unfinished
    /// It has been taken back by this job.
    case undone(by: JobID)
    /// It has ended too long ago.
    case expired
    /// What it has replaced was too long to be kept.
    case tooLarge
    /// It has changed nothing that could be taken back.
    case nothing
}

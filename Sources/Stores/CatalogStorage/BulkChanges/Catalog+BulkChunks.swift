public import Domain
internal import SQL

/// What becomes of an image of a bulk change.
public enum BulkDecision: Sendable {
    /// It has these details afterwards, which are valid.
    case change(ImageDetails)
    case refuse(BulkChange.Failure.Reason, String?)
}

extension Catalog {
    public func bulkChange(of job: JobID) async throws -> BulkChange? {
        try await database.read { session in try BulkRows.change(of: job, session) }
    }

    /// The next chunk of a bulk change; nil if all are done.
    public func nextBulkChunk(of job: JobID) async throws -> BulkChange.Chunk? {
        try await database.read { session in
            let number = try session.first(
                "SELECT number FROM bulk_chunks WHERE job = \(job) AND targets IS NOT NULL ORDER BY number LIMIT 1"
            ) { try $0.integer(0) }
            guard let number, let targets = try BulkRows.targets(of: number, job, session) else { return nil }
            return BulkChange.Chunk(number: number, targets: targets)
        }
    }

    /// The contents of images, of those in the trash too.
    ///
    /// - Parameter images: as many as a chunk has.
    public func digests(of images: [ImageID]) async throws -> Set<Digest> {
        guard !images.isEmpty else { return [] }
        let ids = SQLQuery.joined(images.map { "\($0)" }, by: ", ")
        return try await database.read { session in
            Set(
                try session.all(
                    """
                    SELECT digest FROM images WHERE id IN (\(sql: ids))
                    UNION ALL SELECT digest FROM trash WHERE id IN (\(sql: ids))
                    """
                ) { try $0.digest(0) })
        }
    }

    /// Changes the images of a chunk, with the progress of its job, in one transaction.
    ///
    /// - Parameters:
    ///   - isAdmin: whether the account may do with albums what their owners may.
    ///   - decide: what an image becomes by an edit. It is called within the transaction, with the image as it is then,
    ///     in the trash too if the edit takes it from there.
    /// - Returns: the images that were changed; nil, without any change, if the worker has lost its lease.
    public func apply(
        _ chunk: BulkChange.Chunk, of job: JobID, worker: String, isAdmin: Bool, now: Timestamp = .now,
        decide: @escaping @Sendable (ImageRecord, ImageEdit) -> BulkDecision
    ) async throws -> [ImageID]? {
        try await database.write { [dialect] session in
            guard try JobRows.isLeased(job, to: worker, session), let change = try BulkRows.change(of: job, session)
            else { return nil }
            guard let targets = try BulkRows.targets(of: chunk.number, job, session) else { return [] }
            let reader = AlbumReader(account: change.owner, isAdmin: isAdmin)
            var images = BulkImages(
                dialect: dialect, session: session, now: now, decide: decide,
                albums: BulkAlbums(session, reader: reader, account: change.owner, now: now))
            var former: [BulkChange.Target] = []
            var changed: [ImageID] = []
            var failed = 0
            for target in try images.ordered(targets, for: change.edit) {
                switch try images.apply(target.edit ?? change.edit, to: target.image) {
                case .unchanged: break
                case .changed(let undo):
                    changed.append(target.image)
                    if let undo { former.append(BulkChange.Target(target.image, undo)) }
                case .failed(let failure):
                    failed += 1
                    try BulkRows.insert(failure, of: job, session)
                }
            }
            try BulkRows.finish(chunk.number, of: job, former: former, session)
            try session.execute(
                """
                UPDATE jobs SET done = done + \(targets.count - failed), failed = failed + \(failed),
                    attempts = 0, date_updated = \(now)
                WHERE id = \(job)
                """)
            return changed
        }
    }

    /// Puts a job that has more to do back into its queue, so that others take their turn.
    ///
    /// - Returns: false, without any change, if the worker has lost its lease.
    public func continueLater(_ job: JobID, worker: String, now: Timestamp = .now) async throws -> Bool {
        try await database.write { session in
            guard try JobRows.isLeased(job, to: worker, session) else { return false }
            try JobRows.queueAgain(job, now: now, session)
            return true
        }
    }
}

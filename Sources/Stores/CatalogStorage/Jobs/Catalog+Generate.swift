public import Domain
internal import SQL

extension Job.Kind {
    /// What the contents that a `generate-…` job is about lack; nil for other kinds.
    public var missingType: FileType? {
        switch self {
        case .derive, .compress: nil
        case .generateThumbnails: .thumbnail
        case .generateFullSize: .fullSize
        }
    }
}

extension Catalog {
    /// Asks for the renditions that are missing, and returns the job that counts them.
    ///
    /// While such a job of an owner is active there is no other: asking again returns it, with what is asked for now added.
    /// - Parameters:
    ///   - owner: whose job it is; nil for everybody's images.
    ///   - images: those that are to be seen to, at most some thousands: damage is forgotten and failures are tried
    ///   again. Nil for all of the owner: a worker has then to find them (`enumerate`, `finishEnumeration`).
    /// - Throws: `CatalogError` with the code `wrongKind` for `derive`.
    public func enqueueGenerate(
        _ kind: Job.Kind, images: [ImageID]?, owner: AccountID? = nil, now: Timestamp = .now
    ) async throws -> Job {
        guard let missing = kind.missingType else {
            throw CatalogError(.wrongKind, "a derive job is about one content")
        }
        return try await database.write { session in
            let job = try Self.activeGenerate(kind, owner, now, session)
            if let images {
                try Self.add(images, lacking: missing, to: job, now, session)
            } else {
                try Self.coverAll(job, now, session)
            }
            guard let result = try JobRows.job(job, session) else {
                throw CatalogError(.malformedRow, "a job that was just written is not there")
            }
            return result
        }
    }

    /// The active job of a kind. A new one has nothing left to enumerate until it is told to cover all.
    private static func activeGenerate(
        _ kind: Job.Kind, _ owner: AccountID?, _ now: Timestamp, _ session: any SQLSession
    ) throws -> JobID {
        let active = try session.first(
            """
            SELECT id FROM jobs
            WHERE kind = \(kind) AND state IN ('queued', 'running') AND coalesce(owner, x'') = coalesce(\(owner), x'')
            """
        ) { try $0.identity(0, as: JobID.self) }
        if let active { return active }
        let job = JobID()
        try JobRows.insert(job, kind, .generate, digest: nil, parent: nil, owner: owner, now: now, session)
        try session.execute("UPDATE jobs SET state = 'running', enumerated = 1 WHERE id = \(job)")
        return job
    }

    private static func coverAll(_ job: JobID, _ now: Timestamp, _ session: any SQLSession) throws {
        try session.execute(
            """
            UPDATE jobs SET state = 'queued', enumerated = 0, covers_all = 1, run_after = \(now), date_updated = \(now)
            WHERE id = \(job) AND covers_all = 0
            """)
    }

    private static func add(
        _ images: [ImageID], lacking type: FileType, to job: JobID, _ now: Timestamp, _ session: any SQLSession
    ) throws {
        let queue = DeriveQueue(session, now: now)
        for image in images {
            let digest = try session.first(
                """
                SELECT images.digest FROM images WHERE id = \(image) AND \(sql: lacks(type, "images"))
                """
            ) { try $0.digest(0) }
            guard let digest else { continue }
            try session.execute("UPDATE contents SET damage = NULL WHERE digest = \(digest)")
            try ContentRows.refresh(digest, session)
            try queue.add(digest, parent: job, retryFailed: true)
        }
        try queue.settle(job)
    }

    /// Queues the renditions of a page of contents for a `generate-…` job, which counts each once: to be repeated at will.
    ///
    /// - Returns: false where the worker does not hold the job's lease, and then nothing is changed.
    public func enumerate(
        _ digests: [Digest], for job: JobID, worker: String, now: Timestamp = .now
    ) async throws -> Bool {
        try await database.write { session in
            guard try JobRows.isLeased(job, to: worker, session) else { return false }
            let queue = DeriveQueue(session, now: now)
            for digest in digests where try ContentRows.exists(digest, session) {
                try queue.add(digest, parent: job, retryFailed: false)
            }
            return true
        }
    }

    /// Notes that a `generate-…` job has queued all it will: it ends with the last of them, without a worker.
    ///
    /// - Returns: false where the worker does not hold the job's lease, and then nothing is changed.
    public func finishEnumeration(of job: JobID, worker: String, now: Timestamp = .now) async throws -> Bool {
        try await database.write { session in try Self.finishEnumeration(of: job, worker, now, session) }
    }

    static func finishEnumeration(
        of job: JobID, _ worker: String, _ now: Timestamp, _ session: any SQLSession
    ) throws -> Bool {
        guard try JobRows.isLeased(job, to: worker, session) else { return false }
        try session.execute(
            """
            UPDATE jobs SET enumerated = 1, worker = NULL, lease_until = NULL, date_updated = \(now) WHERE id = \(job)
            """)
        try DeriveQueue(session, now: now).settle(job)
        return true
    }
}

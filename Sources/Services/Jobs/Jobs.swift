internal import CatalogStorage
public import Domain
internal import Runtime

/// Background work: requested, listed, watched and repeated.
public struct Jobs: Sendable {
    let repository: Repository
    /// Signals that there may be work.
    let work = ChangeSignal()
    /// Signals that a job has changed.
    let changes = ChangeSignal()

    public init(repository: Repository) { self.repository = repository }

    /// Wakes the runners, because there may be work.
    func wake() { work.signal() }

    /// Asks for all missing renditions of a type, or for those of some images even if they have failed before: an
    /// admin for everybody's images, others for their own.
    ///
    /// - Returns: the job; the same one while an earlier request is still under way.
    public func generate(_ type: FileType, images: [ImageID]?, for viewer: Viewer) async throws -> Job {
        if let images {
            let known = Dictionary(
                try await repository.catalog.images(images).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first }
            )
            for id in images {
                guard let record = known[id], viewer.maySee(owner: record.owner, record.details.visibility) else {
                    throw ServiceError(.notFound, "There is no image \(id).")
                }
                try viewer.requireChange(of: record)
            }
        }
        let job = try await repository.catalog.enqueueGenerate(
            type, images: images, owner: viewer.isAdmin ? nil : try viewer.owner())
        wake()
        return job
    }

    /// Asks that an image keep a compressed file.
    ///
    /// - Parameter format: nil for the usual one.
    /// - Returns: the job; the same one while an earlier request is still under way.
    /// - Throws: as `Viewer.requireChange`.
    public func compress(_ id: ImageID, as format: ImageFormat?, for viewer: Viewer) async throws -> Job {
        guard let record = try await repository.catalog.image(id) else { throw ServiceError.noImage() }
        try viewer.requireChange(of: record)
        let job = try await repository.catalog.enqueue(
            .compress(id, record.content.digest, format), owner: try viewer.owner())
        wake()
        return job
    }

    public func job(_ id: JobID, for viewer: Viewer) async throws -> Job {
        guard let job = try await repository.catalog.job(id, visibleTo: viewer.audience) else {
            throw ServiceError(.notFound, "There is no such job. Jobs that succeeded are forgotten after a while.")
        }
        return job
    }

    public func list(
        state: Job.State?, kind: Job.Kind?, after cursor: Cursor?, limit: Int, for viewer: Viewer
    ) async throws -> Page<Job> {
        try await repository.catalog.jobs(
            state: state, kind: kind, visibleTo: viewer.audience, after: cursor, limit: limit)
    }

    /// Queues a failed job again.
    public func retry(_ id: JobID, for viewer: Viewer) async throws -> Job {
        let before = try await job(id, for: viewer)
        guard before.state == .failed else {
            throw ServiceError(.conflict, "Only a failed job can be repeated; this one is \(before.state.rawValue).")
        }
        if let digest = before.work.digest { _ = try await repository.catalog.clearDamage(of: digest) }
        _ = try await repository.catalog.requeue(id)
        wake()
        return try await job(id, for: viewer)
    }

    /// Waits until some job has changed, or the time is over.
    public func waitForChange(after seen: UInt64, atMost seconds: Double) async {
        await changes.wait(after: seen, atMost: seconds)
    }

    /// Read it before a job, and pass it to `waitForChange`.
    public var changeCount: UInt64 { changes.generation }
}

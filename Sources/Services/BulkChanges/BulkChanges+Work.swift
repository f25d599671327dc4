internal import CatalogStorage
internal import Domain
internal import Runtime

extension BulkChanges {
    /// How long a worker works for one job before others take their turn.
    private static let turnSeconds = 5

    /// Changes chunk after chunk, until all are done or the turn is over.
    ///
    /// - Parameter worker: the worker that holds the job's lease.
    /// - Returns: whether all are done.
    /// - Throws: `conflict` if the account may not change images any more.
    func work(on job: JobID, by worker: String) async throws -> Bool {
        guard let change = try await repository.catalog.bulkChange(of: job) else { return true }
        let rules = try await rules(of: change)
        let end = ContinuousClock.now.advanced(by: .seconds(Self.turnSeconds))
        while let chunk = try await repository.catalog.nextBulkChunk(of: job) {
            guard let changed = try await apply(chunk, of: change, job, by: worker, rules) else { return false }
            for id in changed { openFiles.forget(id) }
            jobs.changes.signal()
            if ContinuousClock.now >= end { return false }
        }
        jobs.wake()
        trash.wake()
        return true
    }

    /// What decides about each image.
    private func rules(of change: BulkChange) async throws -> BulkRules {
        guard let account = try await repository.catalog.account(change.owner), !account.isDisabled else {
            throw ServiceError(.conflict, "The account that has asked for this is disabled.")
        }
        return BulkRules(
            account: account.id, coversAllAccounts: change.coversAllAccounts && account.role == .admin)
    }

    /// Images that move are locked: an upload of the same bytes must find them either there or gone.
    private func apply(
        _ chunk: BulkChange.Chunk, of change: BulkChange, _ job: JobID, by worker: String, _ rules: BulkRules
    ) async throws -> [ImageID]? {
        let moving = chunk.targets.filter { ($0.edit ?? change.edit).move != nil }
        let digests = try await repository.catalog.digests(of: moving.map(\.image))
        return try await publication.withLocks(digests) {
            try await repository.catalog.apply(
                chunk, of: job, worker: worker, isAdmin: rules.coversAllAccounts, decide: rules.decide)
        }
    }
}

/// The rules of a bulk change.
private struct BulkRules: Sendable {
    let account: AccountID
    /// Whether the account may change the images of others.
    let coversAllAccounts: Bool

    /// What an image becomes by an edit.
    func decide(_ record: ImageRecord, _ edit: ImageEdit) -> BulkDecision {
        guard record.owner == account || coversAllAccounts else {
            return .refuse(record.details.visibility == .public ? .forbidden : .notFound, nil)
        }
        guard edit.holds(for: record.details) else { return .refuse(.changed, nil) }
        do {
            return .change(try edit.applied(to: record).validated())
        } catch {
            return .refuse(.invalid, ServiceError(explaining: error)?.message)
        }
    }
}

internal import CatalogStorage
public import Domain

/// Follows the jobs that a viewer has requested: each is told when it is first seen, and after each change.
public struct JobProgress: Sendable {
    private static let pageLength = 500
    /// Writes that were begun earlier may end later, so that what was updated in this time is looked at again.
    private static let overlapSeconds = 2.0

    private let catalog: Catalog
    private let owner: AccountID
    private var last: (date: Timestamp, sequence: Int64)?
    private var known: [JobID: Job] = [:]

    /// - Throws: `unauthenticated` for a stranger.
    public init(of viewer: Viewer, in jobs: Jobs) throws {
        (catalog, owner) = (jobs.repository.catalog, try viewer.owner())
    }

    /// The jobs that are others than before; at first those that have not ended.
    public mutating func next(now: Timestamp = .now) async throws -> [Job] {
        let found = try await catalog.jobs(requestedBy: owner, updatedAfter: last, limit: Self.pageLength)
        let changed = found.map(\.job).filter { known[$0.id] != $0 }
        for job in changed { known[job.id] = job }
        if last != nil, found.count == Self.pageLength, let end = found.last {
            last = (end.job.dateUpdated, end.sequence)
        } else {
            let latest = max(last?.date ?? now, found.last?.job.dateUpdated ?? now)
            let overlap = latest.advanced(bySeconds: -Self.overlapSeconds)
            last = (max(overlap, last?.date ?? overlap), 0)
            known = known.filter { !$1.state.isFinal || $1.dateUpdated >= overlap }
        }
        return changed
    }
}

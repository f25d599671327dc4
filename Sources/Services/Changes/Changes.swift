internal import CatalogStorage
public import Domain
internal import Runtime

/// The feed of changes: what has happened to the images that a viewer sees (`docs/decisions/0061`).
public struct Changes: Sendable {
    /// How many streams an account may have open, and all strangers together.
    static let streamsOfAccount = 20
    static let streamsOfStrangers = 100

    private let repository: Repository
    private let streams = OpenStreams()

    public init(repository: Repository) { self.repository = repository }

    /// Where a viewer begins who knows all images that it sees now.
    public func cursor(for viewer: Viewer) async throws -> Cursor {
        try await repository.catalog.changeCursor(for: viewer.changeReader)
    }

    /// What has happened since a cursor, the oldest first.
    ///
    /// - Parameters:
    ///   - limit: 1 to 1000.
    ///   - kinds: nil for all.
    /// - Throws: `invalid` for a cursor of another account, or of the future; `outdatedCursor`.
    public func changes(
        since cursor: Cursor, limit: Int, kinds: Set<RecordedChange.Kind>?, for viewer: Viewer
    ) async throws -> ChangePage {
        do {
            return try await repository.catalog.changes(
                since: cursor, for: viewer.changeReader, limit: limit, kinds: kinds)
        } catch let error as CatalogError where error.code == .foreignCursor {
            throw ServiceError(
                .invalid, field: "since",
                "The cursor is of another account or list: begin with the 'next' of a request without it.")
        } catch let error as CatalogError where error.code == .futureCursor {
            throw ServiceError(
                .invalid, field: "since",
                "The server has not given out this cursor yet: begin with the 'next' of a request without it.")
        }
    }

    /// Reserves one of the viewer's streams, until the reservation is released.
    ///
    /// - Throws: `throttled` if it has too many.
    public func openStream(for viewer: Viewer) throws -> StreamReservation {
        let limit = viewer.account == nil ? Self.streamsOfStrangers : Self.streamsOfAccount
        guard let reservation = streams.reserve(viewer.account, limit: limit) else {
            throw ServiceError(
                .throttled(seconds: 30), "There are \(limit) streams open already: close one of them first.")
        }
        return reservation
    }

    /// Read it before the changes, and pass it to `waitForWrite`.
    public var writeCount: UInt64 { repository.catalog.commits.generation }

    /// Waits until this process has written something, or the time is over.
    public func waitForWrite(after seen: UInt64, atMost seconds: Double) async {
        await repository.catalog.commits.wait(after: seen, atMost: seconds)
    }

    /// Removes the changes that are older than is promised.
    ///
    /// - Returns: how many.
    @discardableResult
    func removeOld(now: Timestamp = .now) async throws -> Int {
        try await repository.catalog.moveIdleWebhooks()
        let moment = now.advanced(bySeconds: -Double(Catalog.changeDays) * 86_400)
        var total = 0
        while case let count = try await repository.catalog.removeChanges(before: moment), count > 0 { total += count }
        return total
    }
}

extension Viewer {
    var changeReader: ChangeReader { ChangeReader(account: account, isAdmin: isAdmin) }

    /// Whether an answer to another viewer may go on for this one.
    public func sees(asMuchAs other: Viewer) -> Bool { account == other.account && isAdmin == other.isAdmin }
}

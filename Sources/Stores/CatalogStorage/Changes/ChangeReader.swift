public import Domain
internal import SQL

/// Who reads the feed of changes.
public struct ChangeReader: Hashable, Sendable {
    /// Nil for a stranger.
    public let account: AccountID?
    /// Whether it sees all images.
    public let isAdmin: Bool

    public init(account: AccountID?, isAdmin: Bool) { (self.account, self.isAdmin) = (account, isAdmin) }

    /// The images that it may see, also in albums.
    var audience: Audience { isAdmin ? .everything : .reader(account) }

    /// What its cursors are marked with, so that no other account can use them.
    private var mark: String { "changes \(account?.description ?? "")" }

    private var order: String { mark + (isAdmin ? " all" : "") }

    /// A cursor at a position.
    func cursor(_ position: ChangePosition) -> Cursor {
        let key: CursorKey = position.image.map { .text("\(position.date) \($0)") } ?? .integer(position.date)
        return Cursor(order: order, key: key, tie: position.sequence)
    }

    /// The position of a cursor.
    ///
    /// - Throws: `CatalogError`: `foreignCursor` if it is of another account or list, `outdatedCursor` if the reader has
    ///   become an admin since, or is none any more.
    func position(_ cursor: Cursor) throws -> ChangePosition {
        guard cursor.order == order else {
            throw cursor.order == mark || cursor.order == mark + " all" ? Self.outdated : Paging.foreign
        }
        switch cursor.key {
        case .integer(let date): return ChangePosition(sequence: cursor.tie, date: date)
        case .text(let text):
            let parts = text.split(separator: " ").compactMap { Int64($0) }
            guard parts.count == 2 else { throw Paging.foreign }
            return ChangePosition(sequence: cursor.tie, date: parts[0], image: parts[1])
        case .none: throw Paging.foreign
        }
    }

    static let outdated = CatalogError(.outdatedCursor, "the changes since the cursor are not known any more")
}

/// A place in the feed: behind a row, or behind some of the images of an album that the row stands for.
struct ChangePosition: Hashable {
    let sequence: Int64
    /// Of the row, in microseconds: another one of the same sequence has another date.
    let date: Int64
    /// The last image that was read; nil if the row was read wholly.
    var image: Int64?
}

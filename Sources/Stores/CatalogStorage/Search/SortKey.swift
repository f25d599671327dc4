internal import Domain
internal import SQL

/// The sort key of a search, as SQL.
struct SortKey {
    /// The column of `images`; nil if the list is sorted by sequence only.
    private(set) var column: SQLQuery?
    let descends: Bool
    /// Whether matching images may have no such key. They come last in either direction.
    let mayBeMissing: Bool
    /// The name of the order in cursors.
    let name: String

    let order: SearchCriteria.Order
    /// Whether an index has the public images in this order.
    let hasPublicIndex: Bool

    /// The indexes of words and tags are in the order of the images' sequences. With words or tags, newest and oldest
    /// refer to that order, so that nothing is sorted and a later page takes no longer than the first. Otherwise they
    /// refer to the date added.
    init(_ order: SearchCriteria.Order, _ conditions: SearchConditions) {
        self.order = order
        let isSequenceOrder = conditions.isInSequenceOrder && (order == .newest || order == .oldest)
        name = order.rawValue + (isSequenceOrder ? "#" : "")
        mayBeMissing = conditions.taken == nil && (order == .latestTaken || order == .earliestTaken)
        descends = [.newest, .latestTaken, .largest, .relevance].contains(order)
        hasPublicIndex = [.newest, .oldest, .latestTaken, .earliestTaken].contains(order)
        column =
            switch order {
            case .newest, .oldest: isSequenceOrder ? nil : "images.date_added"
            case .latestTaken, .earliestTaken: "images.date_taken"
            case .largest, .smallest: "images.bytes"
            case .title: "images.title_key"
            case .relevance: nil
            }
    }

    /// The key without the column's index, for searches that scan another index.
    func hidden(by hints: PlannerHints) -> SortKey {
        var key = self
        key.column = column.map(hints.hidden)
        return key
    }

    /// The key of searches that return their matches in no particular order.
    var unsorted: SortKey {
        var key = self
        key.column = nil
        return key
    }

    /// The key that `column` has, or would have, for an image.
    func value(of record: ImageRecord) -> CursorKey {
        guard column != nil else { return .none }
        switch order {
        case .newest, .oldest: return .integer(record.dateAdded.microseconds)
        case .latestTaken, .earliestTaken: return record.taken.map { .integer($0.localMilliseconds) } ?? .none
        case .largest, .smallest: return .integer(record.bytes)
        case .title: return .text(ImageRows.titleKey(record.details.title))
        case .relevance: return .none
        }
    }

    /// Reads the key that `column` has in a row.
    func read(_ row: SQLRow, _ name: SQLColumn) throws -> CursorKey {
        switch try row.value(name) {
        case .null: .none
        case .integer(let number): .integer(number)
        case .text(let text): .text(text)
        case .real, .blob: throw row.malformed(name)
        }
    }

    /// The conditions for the rows after a cursor, in the order of the list. Each is one range of an index.
    ///
    /// - Parameter sequence: the SQL of the image's sequence.
    /// - Throws: `CatalogError` with the code `foreignCursor`.
    func keyRanges(after cursor: Cursor?, sequence: SQLQuery) throws -> [SQLQuery] {
        guard let cursor else { return keyRanges(in: ListRange(), sequence: sequence) }
        return keyRanges(in: ListRange(after: try position(of: cursor)), sequence: sequence)
    }

    /// The position that a cursor of this list names.
    ///
    /// - Throws: `CatalogError` with the code `foreignCursor`.
    func position(of cursor: Cursor) throws -> ListPosition {
        guard cursor.order == name, cursor.key != .none || column == nil || mayBeMissing else { throw Paging.foreign }
        return ListPosition(key: column == nil ? .none : cursor.key, sequence: cursor.tie)
    }

    /// The order of one key range.
    func ordering(sequence: SQLQuery) -> SQLQuery {
        let direction: SQLQuery = descends ? "DESC" : "ASC"
        let tie: SQLQuery = "\(sql: sequence) \(sql: direction)"
        return column.map { "\(sql: $0) \(sql: direction), \(sql: tie)" } ?? tie
    }
}

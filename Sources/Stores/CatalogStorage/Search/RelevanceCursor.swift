internal import Domain

/// The position at which a page of a search by relevance ended.
enum RelevanceCursor {
    case start
    /// After an image of this score and sequence, with the images between two sequences ranked.
    case ranked(Int64, Int64, ClosedRange<Int64>)
    /// After a sequence, with the images that follow newest first.
    case rest(Int64)

    private static let order = SearchCriteria.Order.relevance.rawValue

    /// - Throws: `CatalogError` with the code `foreignCursor`.
    init(_ cursor: Cursor?) throws {
        guard let cursor else {
            self = .start
            return
        }
        guard cursor.order == Self.order else { throw Paging.foreign }
        switch cursor.key {
        case .none: self = .rest(cursor.tie)
        case .integer: throw Paging.foreign
        case .text(let text):
            let numbers = text.split(separator: " ", omittingEmptySubsequences: false).map { Int64($0) }
            guard numbers.count == 3, let score = numbers[0], let floor = numbers[1], let ceiling = numbers[2],
                floor <= ceiling
            else { throw Paging.foreign }
            self = .ranked(score, cursor.tie, floor...ceiling)
        }
    }

    var cursor: Cursor? {
        switch self {
        case .start: nil
        case .ranked(let score, let sequence, let window):
            Cursor(order: Self.order, key: .text("\(score) \(window.lowerBound) \(window.upperBound)"), tie: sequence)
        case .rest(let sequence): Cursor(order: Self.order, key: .none, tie: sequence)
        }
    }
}

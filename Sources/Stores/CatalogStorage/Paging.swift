internal import Domain

/// A page of a list that has one order only, by a number that grows.
struct Paging {
    let limit: Int
    /// Behind which the page begins; −1 for the first.
    let tie: Int64
    /// The first number, in lists that are sorted by two.
    let key: Int64
    private let list: String

    /// - Throws: `CatalogError` with the code `foreignCursor` if the cursor is of another list.
    init(_ list: String, _ cursor: Cursor?, _ limit: Int) throws {
        if let cursor, cursor.order != list { throw Self.foreign }
        (self.list, self.limit) = (list, min(max(1, limit), 1000))
        tie = cursor?.tie ?? -1
        switch cursor?.key {
        case .integer(let number): key = number
        case .none?, nil: key = -1
        case .text: throw Self.foreign
        }
    }

    /// Makes a page of up to one row more than its limit; each row comes with its key and tie.
    func page<Element: Sendable>(_ rows: [(element: Element, key: CursorKey, tie: Int64)]) -> Page<Element> {
        let taken = rows.prefix(limit)
        let next = rows.count > limit ? taken.last.map { Cursor(order: list, key: $0.key, tie: $0.tie) } : nil
        return Page(elements: taken.map(\.element), next: next)
    }

    static let foreign = CatalogError(.foreignCursor, "the cursor belongs to another list or order")
}

internal import Domain

/// A page of a list with a single order, by an increasing number.
struct Paging {
    let limit: Int
    /// The number after which the page begins; −1 for the first page.
    let tie: Int64
    /// The first sort key, in lists that are sorted by two numbers.
    let key: Int64
    private let list: String

    /// - Throws: `CatalogError` with the code `foreignCursor` if the cursor belongs to another list.
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

    /// Makes a page of rows, each with its key and tie.
    ///
    /// - Parameter rows: one more than the limit if another page follows.
    func page<Element: Sendable>(_ rows: [(element: Element, key: CursorKey, tie: Int64)]) -> Page<Element> {
        let taken = rows.prefix(limit)
        let next = rows.count > limit ? taken.last.map { Cursor(order: list, key: $0.key, tie: $0.tie) } : nil
        return Page(elements: taken.map(\.element), next: next)
    }

    static let foreign = CatalogError(.foreignCursor, "the cursor belongs to another list or order")
}

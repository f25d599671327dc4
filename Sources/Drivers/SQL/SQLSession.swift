/// A transaction in progress, valid only within the body that receives it.
public protocol SQLSession {
    /// Runs one statement and returns the number of rows that it inserted, changed or deleted.
    @discardableResult
    func execute(_ query: SQLQuery) throws(DatabaseError) -> Int

    /// Runs one query and calls `body` with each row of its result until `body` returns false.
    ///
    /// - Throws: `DatabaseError`, and errors of `body`.
    func scan(_ query: SQLQuery, _ body: (SQLRow) throws -> Bool) throws
}

extension SQLSession {
    /// All rows of the result, each converted by `read`.
    public func all<Element>(_ query: SQLQuery, _ read: (SQLRow) throws -> Element) throws -> [Element] {
        var elements: [Element] = []
        try scan(query) { row in
            elements.append(try read(row))
            return true
        }
        return elements
    }

    /// The first row of the result, converted by `read`; nil if there is none.
    public func first<Element>(_ query: SQLQuery, _ read: (SQLRow) throws -> Element) throws -> Element? {
        var element: Element?
        try scan(query) { row in
            element = try read(row)
            return false
        }
        return element
    }

    /// Whether the result has a row.
    public func exists(_ query: SQLQuery) throws -> Bool {
        try first(query) { _ in true } ?? false
    }

    /// The integer in the first row and column of the result.
    ///
    /// - Throws: `DatabaseError` with the code `mismatch` if the result has no rows.
    public func integer(_ query: SQLQuery) throws -> Int64 {
        guard let number = try first(query, { row in try row.integer(0) }) else {
            throw DatabaseError(.mismatch, "the query returned no row")
        }
        return number
    }
}

internal import Domain
internal import SQL

/// The place of an image in a list.
struct ListPosition: Hashable {
    let key: CursorKey
    let sequence: Int64
}

/// A part of a list: what follows one position, through another one.
struct ListRange: Hashable {
    /// Nil for the beginning of the list.
    var after: ListPosition?
    /// Nil for the end of the list.
    var through: ListPosition?
}

extension SortKey {
    /// Compares as the database does: numbers by value, text byte by byte. Images without a key come last in either
    /// direction.
    func isBefore(_ left: ListPosition, _ right: ListPosition) -> Bool {
        let isFirst = descends ? left.sequence > right.sequence : left.sequence < right.sequence
        switch (left.key, right.key) {
        case (.none, .none): return isFirst
        case (.none, _): return false
        case (_, .none): return true
        case (.integer(let a), .integer(let b)): return a == b ? isFirst : descends ? a > b : a < b
        case (.text(let a), .text(let b)):
            if a.utf8.elementsEqual(b.utf8) { return isFirst }
            return a.utf8.lexicographicallyPrecedes(b.utf8) != descends
        case (.integer, .text): return !descends
        case (.text, .integer): return descends
        }
    }

    /// The same images as those of some ranges, in ranges that are in the order of the list and have no image in common.
    func merged(_ ranges: [ListRange]) -> [ListRange] {
        var merged: [ListRange] = []
        for range in ranges.sorted(by: beginsBefore) where !isEmpty(range) {
            guard let last = merged.last, let end = last.through, range.after.map({ isBefore(end, $0) }) ?? false else {
                if merged.isEmpty { merged.append(range) } else { extend(&merged[merged.count - 1], to: range.through) }
                continue
            }
            merged.append(range)
        }
        return merged
    }

    private func beginsBefore(_ left: ListRange, _ right: ListRange) -> Bool {
        guard let start = right.after else { return false }
        return left.after.map { isBefore($0, start) } ?? true
    }

    private func isEmpty(_ range: ListRange) -> Bool {
        guard let after = range.after, let through = range.through else { return false }
        return !isBefore(after, through)
    }

    private func extend(_ range: inout ListRange, to end: ListPosition?) {
        guard let through = range.through else { return }
        if let end, !isBefore(through, end) { return }
        range.through = end
    }

    /// The conditions for the rows of a part of the list, in its order. Each is one range of an index.
    ///
    /// - Parameter sequence: the SQL of the image's sequence.
    func keyRanges(in range: ListRange, sequence: SQLQuery) -> [SQLQuery] {
        let (behind, upTo): (SQLQuery, SQLQuery) = descends ? ("<", ">=") : (">", "<=")
        let before: SQLQuery = descends ? ">" : "<"
        let start = range.after.map { position -> SQLQuery in "\(sql: sequence) \(sql: behind) \(position.sequence)" }
        let end = range.through.map { position -> SQLQuery in "\(sql: sequence) \(sql: upTo) \(position.sequence)" }
        guard let column else { return [Self.all([start, end])] }
        func equals(_ key: SQLValue) -> SQLQuery { "\(sql: column) = \(key)" }
        let (first, last) = (range.after?.key.sqlValue, range.through?.key.sqlValue)
        var ranges: [SQLQuery] = []
        if range.after == nil || first != nil {
            if let first, first == last { return [Self.all([equals(first), start, end])] }
            if let first { ranges.append(Self.all([equals(first), start])) }
            let bounds: [SQLQuery?] = [
                first.map { "\(sql: column) \(sql: behind) \($0)" }, last.map { "\(sql: column) \(sql: before) \($0)" },
            ]
            let isWhole = first == nil && last == nil
            ranges.append(isWhole && mayBeMissing ? "\(sql: column) IS NOT NULL" : Self.all(bounds))
            if let last { ranges.append(Self.all([equals(last), end])) }
        }
        guard mayBeMissing, range.through == nil || last == nil else { return ranges }
        return ranges + [Self.all(["\(sql: column) IS NULL", first == nil ? start : nil, end])]
    }

    private static func all(_ conditions: [SQLQuery?]) -> SQLQuery {
        let conditions = conditions.compactMap(\.self)
        return conditions.isEmpty ? "1 = 1" : .joined(conditions, by: " AND ")
    }
}

extension CursorKey {
    /// Nil for an entry that has no such key.
    fileprivate var sqlValue: SQLValue? {
        switch self {
        case .none: nil
        case .integer(let number): .integer(number)
        case .text(let text): .text(text)
        }
    }
}

internal import Domain

/// Merges sorted lists.
enum SearchMerge {
    static func merged(_ left: [Search.Hit], _ right: [Search.Hit], _ key: SortKey) -> [Search.Hit] {
        var result: [Search.Hit] = []
        result.reserveCapacity(left.count + right.count)
        var (l, r) = (0, 0)
        while l < left.count, r < right.count {
            if isBefore(left[l], right[r], key) {
                result.append(left[l])
                l += 1
            } else {
                result.append(right[r])
                r += 1
            }
        }
        return result + left[l...] + right[r...]
    }

    /// Compares as the database does: numbers by value, text byte by byte. Hits without a key come last in either
    /// direction.
    private static func isBefore(_ left: Search.Hit, _ right: Search.Hit, _ key: SortKey) -> Bool {
        let isFirst = key.descends ? left.sequence > right.sequence : left.sequence < right.sequence
        switch (left.key, right.key) {
        case (.none, .none): return isFirst
        case (.none, _): return false
        case (_, .none): return true
        case (.integer(let a), .integer(let b)): return a == b ? isFirst : key.descends ? a > b : a < b
        case (.text(let a), .text(let b)):
            if a.utf8.elementsEqual(b.utf8) { return isFirst }
            return a.utf8.lexicographicallyPrecedes(b.utf8) != key.descends
        case (.integer, .text): return !key.descends
        case (.text, .integer): return key.descends
        }
    }
}

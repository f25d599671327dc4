internal import Domain

/// Merges sorted lists.
enum SearchMerge {
    static func merged(_ left: [Search.Hit], _ right: [Search.Hit], _ key: SortKey) -> [Search.Hit] {
        var result: [Search.Hit] = []
        result.reserveCapacity(left.count + right.count)
        var (l, r) = (0, 0)
        while l < left.count, r < right.count {
            if key.isBefore(left[l].position, right[r].position) {
                result.append(left[l])
                l += 1
            } else {
                result.append(right[r])
                r += 1
            }
        }
        return result + left[l...] + right[r...]
    }
}

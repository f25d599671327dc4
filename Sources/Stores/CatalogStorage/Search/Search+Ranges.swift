internal import Domain
internal import SQL

extension Search {
    /// How many parts of a list are asked one by one, even if each costs as much as the whole list.
    private static let soughtRanges = 8

    /// The hits in parts of the list, in their order.
    ///
    /// - Parameter ranges: in the order of the list, and without images in common.
    func hits(in ranges: [ListRange], upTo count: Int) throws -> [Hit] {
        var all: [Hit] = []
        for plan in plans where !ranges.isEmpty {
            let walks = ranges.count > Self.soughtRanges && !plan.seeksRanges
            let found = try walks ? walked(plan, ranges, upTo: count) : sought(plan, ranges, upTo: count)
            all = all.isEmpty ? found : SearchMerge.merged(all, found, key)
        }
        return Array(all.prefix(count))
    }

    /// Asks for one range after the other.
    private func sought(_ plan: AccessPlan, _ ranges: [ListRange], upTo count: Int) throws -> [Hit] {
        var found: [Hit] = []
        for range in ranges {
            for keyRange in plan.key.keyRanges(in: range, sequence: plan.sequence) where found.count < count {
                found += try session.all(plan.query(keyRange, limit: count - found.count), hit)
            }
        }
        return found
    }

    /// Reads everything from the first range through the last one, and takes what is in the ranges.
    private func walked(_ plan: AccessPlan, _ ranges: [ListRange], upTo count: Int) throws -> [Hit] {
        var (found, rest): ([Hit], ArraySlice<ListRange>) = ([], ranges[...])
        let whole = ListRange(after: ranges.first?.after, through: ranges.last?.through)
        for keyRange in plan.key.keyRanges(in: whole, sequence: plan.sequence) where found.count < count {
            try session.scan(plan.query(keyRange, limit: .max)) { row in
                let hit = try hit(row)
                while let end = rest.first?.through, key.isBefore(end, hit.position) { rest.removeFirst() }
                guard let range = rest.first else { return false }
                if range.after.map({ key.isBefore($0, hit.position) }) ?? true { found.append(hit) }
                return found.count < count
            }
        }
        return found
    }
}

extension AccessPlan {
    /// Whether a part of the list costs no more than what is in it.
    fileprivate var seeksRanges: Bool {
        // The matches of words are gathered for each query, unless they are the path.
        let gathersWords = !conditions.words.isEmpty || !conditions.excludedWords.isEmpty
        switch path {
        case .order: return !gathersWords
        case .words: return key.column == nil
        case .tag, .attribute: return key.column == nil && !gathersWords
        case .albums, .taken, .place, .digest, .externalID, .state, .formats, .bytes, .owner, .audience: return false
        }
    }
}

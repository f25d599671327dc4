internal import Domain
internal import SQL

/// The images that a request selects at present, in their order.
public struct ChosenImages: Sendable {
    let sequences: [Int64]
}

/// Decides which images a request selects.
struct SelectionChoice {
    let request: SelectionRequest
    /// Who sees the list.
    let viewers: AudienceView
    /// The images that may be named.
    let reach: Audience
    /// The account whose trashed images may be named, too.
    let owner: AccountID
    let dialect: CatalogDialect
    let session: any SQLSession

    /// - Throws: `CatalogError` with the codes `tooManySelected`, `noRangeEnd`, `foreignRangeEnd` and `foreignCursor`.
    func sequences() throws -> [Int64] {
        var seen = Set(try request.excluded.compactMap(sequence))
        let maximum = ImageSelection.maximumImages
        var chosen: [Int64] = []
        if var criteria = request.list {
            // The rank of an image changes with each search.
            if criteria.order == .relevance { criteria.order = .newest }
            let search = try Search(criteria, viewers, dialect, session)
            let hits = try search.hits(in: try ranges(search.key), upTo: maximum + seen.count + 1)
            for hit in hits where seen.insert(hit.sequence).inserted { chosen.append(hit.sequence) }
        }
        for added in try request.added.compactMap(sequence) where seen.insert(added).inserted { chosen.append(added) }
        guard chosen.count <= maximum else {
            throw CatalogError(.tooManySelected, "the request selects too many images")
        }
        return chosen
    }

    private func ranges(_ key: SortKey) throws -> [ListRange] {
        guard let ranges = request.ranges else { return [ListRange()] }
        return key.merged(try ranges.map { try range($0, key) })
    }

    private func range(_ range: SelectionRange, _ key: SortKey) throws -> ListRange {
        let (from, to) = (try range.from.map { try bounds($0, key) }, try range.to.map { try bounds($0, key) })
        guard let from, let to, !key.isBefore(from.after, to.through) else {
            return ListRange(after: from?.after, through: to?.through)
        }
        return ListRange(after: to.after, through: from.through)
    }

    /// Where an end begins and where it ends.
    private func bounds(
        _ end: SelectionRange.End, _ key: SortKey
    ) throws -> (after: ListPosition, through: ListPosition) {
        switch end {
        case .image(let id):
            let position = try position(of: id, key)
            let former = position.sequence + (key.descends ? 1 : -1)
            return (ListPosition(key: position.key, sequence: former), position)
        case .cursor(let cursor):
            let position = try key.position(of: cursor)
            return (position, position)
        case .taken(let date):
            guard [.latestTaken, .earliestTaken].contains(key.order) else {
                throw CatalogError(.foreignRangeEnd, "the list is not sorted by the date taken")
            }
            let start = ListPosition(key: .integer(date.localMilliseconds), sequence: 0)
            let last = ListPosition(key: .integer(date.lastMillisecond), sequence: .max)
            return key.descends ? (last, start) : (start, last)
        }
    }

    private func position(of id: ImageID, _ key: SortKey) throws -> ListPosition {
        let found = try session.first(
            """
            SELECT images.seq, \(sql: key.column ?? "NULL") AS sort_key FROM images
            WHERE images.id = \(id) AND \(sql: reach.condition)
            """
        ) { ListPosition(key: try key.read($0, "sort_key"), sequence: try $0.integer("seq")) }
        if let found { return found }
        guard let sequence = try trashed(id), let record = try RecordRows.record(at: sequence, in: "trash", session)
        else { throw CatalogError(.noRangeEnd(id), "the end of a range does not exist") }
        return ListPosition(key: key.value(of: record), sequence: sequence)
    }

    /// The sequence of an image that may be named; nil if there is none.
    private func sequence(of id: ImageID) throws -> Int64? {
        let found = try session.first(
            "SELECT images.seq FROM images WHERE images.id = \(id) AND \(sql: reach.condition)"
        ) { try $0.integer(0) }
        return try found ?? trashed(id)
    }

    private func trashed(_ id: ImageID) throws -> Int64? {
        try session.first(
            "SELECT seq FROM trash WHERE id = \(id) AND \(sql: SelectionRows.isRestorable(by: owner, reach))"
        ) { try $0.integer(0) }
    }
}

extension TakenDate {
    /// The last millisecond of the period that the date is.
    fileprivate var lastMillisecond: Int64 {
        (endMilliseconds ?? localMilliseconds + (milliseconds == nil ? 1000 : 1)) - 1
    }
}

internal import Domain
internal import SQL

/// The condition that an image was taken within an interval. A date that is not known to the second is a period, which
/// must have a moment in common with the interval.
struct TakenInterval {
    private let interval: SearchInterval<CivilTime>

    init(_ interval: SearchInterval<CivilTime>) { self.interval = interval }

    /// The beginning of the interval and of its year, in milliseconds, if periods can begin before the one and not before
    /// the other: none is longer than a year.
    private var start: (from: Int64, ofYear: Int64)? {
        guard let from = interval.from, let year = CivilTime(year: from.year, month: 1, day: 1), year < from else {
            return nil
        }
        return (from.secondsSince1970 * 1000, year.secondsSince1970 * 1000)
    }

    private var below: Int64? { interval.below.map { $0.secondsSince1970 * 1000 } }

    /// Whether the images that were taken within it are found in two parts of the index.
    var hasParts: Bool { start != nil }

    /// The condition for a row of `images`.
    ///
    /// - Parameter column: the date taken, with or without its index.
    func holds(_ column: SQLQuery) -> SQLQuery {
        guard let start else { return moments(column) }
        return """
            \(sql: SearchFilter.range(column, start.ofYear, below))
                AND (\(sql: column) >= \(start.from) OR images.date_taken_end > \(start.from))
            """
    }

    /// `FROM` and the condition that find the images, whose sequences are in `dated.seq` if there are two parts.
    var source: SQLQuery {
        start == nil ? "FROM images WHERE \(sql: moments("images.date_taken"))" : "\(sql: parts) WHERE 1 = 1"
    }

    /// The same, joined with `images`.
    func joined(_ join: SQLQuery) -> SQLQuery {
        start == nil ? source : "\(sql: parts) \(sql: join) images ON images.seq = dated.seq WHERE 1 = 1"
    }

    private func moments(_ column: SQLQuery) -> SQLQuery {
        SearchFilter.range(column, (interval.from?.secondsSince1970).map { $0 * 1000 }, below)
    }

    /// What begins within the interval, and the periods that begin earlier in its first year and reach into it.
    private var parts: SQLQuery {
        guard let start else { return "" }
        return """
            FROM (SELECT seq FROM images WHERE \(sql: moments("date_taken"))
                UNION ALL SELECT seq FROM images
                WHERE date_taken >= \(start.ofYear) AND date_taken < \(min(start.from, below ?? .max))
                    AND date_taken_end > \(start.from)) AS dated
            """
    }
}

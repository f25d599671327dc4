internal import Domain

/// Parses a period: a year, a month, a day, or a range of them that includes the last one.
struct PeriodValue {
    let local: SearchInterval<CivilTime>

    /// Nil if the period is malformed, or ends before it begins.
    init?(_ text: String) {
        guard let dots = text.utf8Offset(of: "..") else {
            guard let unit = Self.unit(text) else { return nil }
            local = SearchInterval(from: unit.first, below: unit.next)
            return
        }
        let (left, right) = (String(text.prefix(upTo: dots.lowerBound)), String(text.suffix(from: dots.upperBound)))
        let (first, last) = (Self.unit(left), Self.unit(right))
        guard !(left.isEmpty && right.isEmpty), (first == nil) == left.isEmpty, (last == nil) == right.isEmpty else {
            return nil
        }
        if let first, let last, last.first < first.first { return nil }
        local = SearchInterval(from: first?.first, below: last?.next)
    }

    /// The same period in UTC.
    var inUTC: SearchInterval<Timestamp> {
        SearchInterval(
            from: local.from.map { Timestamp(seconds: $0.secondsSince1970) },
            below: local.below.map { Timestamp(seconds: $0.secondsSince1970) })
    }

    /// The first moment of a year, month or day, and that of the next one; the latter is nil after the year
    /// 9999.
    private static func unit(_ text: String) -> (first: CivilTime, next: CivilTime?)? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard zip(parts, [4, 2, 2]).allSatisfy({ $0.utf8.count == $1 && $0.utf8.allSatisfy(isDigit) }) else {
            return nil
        }
        let numbers = parts.compactMap { Int($0) }
        switch numbers.count {
        case 1:
            return CivilTime(year: numbers[0], month: 1, day: 1).map {
                ($0, CivilTime(year: numbers[0] + 1, month: 1, day: 1))
            }
        case 2:
            let (year, month) = numbers[1] == 12 ? (numbers[0] + 1, 1) : (numbers[0], numbers[1] + 1)
            return CivilTime(year: numbers[0], month: numbers[1], day: 1).map {
                ($0, CivilTime(year: year, month: month, day: 1))
            }
        case 3:
            guard let day = CivilTime(year: numbers[0], month: numbers[1], day: numbers[2]) else { return nil }
            let isLast = (numbers[0], numbers[1], numbers[2]) == (9999, 12, 31)
            return (day, isLast ? nil : CivilTime(secondsSince1970: day.secondsSince1970 + 86_400))
        default: return nil
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

extension String {
    /// The first position at which two characters follow each other.
    func utf8Offset(of mark: StaticString) -> Range<String.Index>? {
        let wanted = Array(mark.description.utf8)
        var position = utf8.startIndex
        while let end = utf8.index(position, offsetBy: wanted.count, limitedBy: utf8.endIndex) {
            if utf8[position..<end].elementsEqual(wanted) { return position..<end }
            position = utf8.index(after: position)
        }
        return nil
    }
}

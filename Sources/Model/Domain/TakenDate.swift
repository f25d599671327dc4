public import TextCoding

/// When a picture was taken.
public struct TakenDate: Hashable, Sendable, CustomStringConvertible {
    /// The source of the date.
    public enum Source: String, Sendable, Codable, CaseIterable {
        /// Exif `DateTimeOriginal`, with `OffsetTimeOriginal` if that is there.
        case original = "exif_original"
        /// Exif `DateTimeDigitized`.
        case digitized = "exif_digitized"
        /// Exif `GPSDateStamp` and `GPSTimeStamp`, which are UTC.
        case gps
        /// Exif `DateTime`: the last change of the file.
        case changed = "exif_changed"
        /// Set by a person.
        case manual
        /// The timestamp with which a machine has sent the file.
        case timestamp
    }

    /// The smallest unit that is known.
    public enum Precision: String, StringEnumeration {
        case year, month, day, minute, second
    }

    /// The local time of the camera. What is smaller than the precision is the least possible: January, the first,
    /// midnight.
    public let local: CivilTime
    /// The fraction of the second, 0 to 999; nil if it is not known.
    public let milliseconds: Int?
    public let precision: Precision
    /// The offset of the local time from UTC; nil if the file does not state one, and then none is assumed.
    public let offset: UTCOffset?
    public let source: Source

    public init(
        local: CivilTime, milliseconds: Int? = nil, precision: Precision = .second, offset: UTCOffset?, source: Source
    ) {
        (self.local, self.milliseconds, self.precision) = (local, milliseconds, precision)
        (self.offset, self.source) = (offset, source)
    }

    /// Reads a date as a person states it: `1964`, `1964-07`, `1964-07-03`, `1964-07-03T10:00`, or with seconds, a
    /// fraction of them of one to three digits, and an offset from UTC; nil for anything else.
    public init?(manual text: String) { self.init(text, source: .manual) }

    /// Reads a date in the same forms, stated by `source`.
    public init?(_ text: String, source: Source) {
        let parts = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        let precisions: [Int: Precision] = [4: .year, 7: .month, 10: .day]
        guard let date = parts.first, let precision = precisions[date.utf8.count] else { return nil }
        guard parts.count == 2 else {
            let start = "0000-01-01T00:00:00"
            guard let local = CivilTime(date + start.dropFirst(date.utf8.count)) else { return nil }
            self.init(local: local, precision: precision, offset: nil, source: source)
            return
        }
        let clock = parts[1].prefix { $0 != "+" && $0 != "-" && $0 != "Z" }
        let offset = parts[1].dropFirst(clock.count)
        let (time, fraction) = (clock.prefix { $0 != "." }, clock.drop { $0 != "." }.dropFirst())
        let digits = "0123456789"
        guard precision == .day, offset.isEmpty || UTCOffset(offset) != nil,
            clock.contains(".") == !fraction.isEmpty, fraction.count <= 3, fraction.allSatisfy(digits.contains),
            fraction.isEmpty || time.utf8.count == 8, time.utf8.count == 5 || time.utf8.count == 8,
            let local = CivilTime("\(date)T\(time)\(time.utf8.count == 5 ? ":00" : "")")
        else { return nil }
        let padded = fraction + String(repeating: "0", count: 3 - fraction.count)
        self.init(
            local: local, milliseconds: fraction.isEmpty ? nil : Int(padded),
            precision: time.utf8.count == 5 ? .minute : .second, offset: UTCOffset(offset), source: source)
    }

    /// Milliseconds since 1970-01-01T00:00:00 as if the camera's clock showed UTC: what dates are sorted by.
    public var localMilliseconds: Int64 { local.secondsSince1970 * 1000 + Int64(milliseconds ?? 0) }

    /// When the period ends that the date is, in the same count; nil for a date to the second, which is a moment.
    public var endMilliseconds: Int64? {
        let (start, lastDay) = (localMilliseconds, CivilTime(secondsSince1970: .max).secondsSince1970 * 1000 + 1000)
        return switch precision {
        case .second: nil
        case .minute: start + 60_000
        case .day: start + 86_400_000
        case .month: Self.start(local.month == 12 ? local.year + 1 : local.year, local.month % 12 + 1) ?? lastDay
        case .year: Self.start(local.year + 1, 1) ?? lastDay
        }
    }

    private static func start(_ year: Int, _ month: Int) -> Int64? {
        CivilTime(year: year, month: month, day: 1).map { $0.secondsSince1970 * 1000 }
    }

    /// `2021-05-31T10:00:00.250+02:00`, with the parts that are known: `2021-05`, `2021-05-31T10:00`.
    public var description: String {
        let text = local.description
        switch precision {
        case .year: return String(text.prefix(4))
        case .month: return String(text.prefix(7))
        case .day: return String(text.prefix(10))
        case .minute: return text.prefix(16) + (offset?.description ?? "")
        case .second:
            let fraction = milliseconds.map { "." + String(String($0 + 1000).dropFirst()) }
            return text + (fraction ?? "") + (offset?.description ?? "")
        }
    }
}

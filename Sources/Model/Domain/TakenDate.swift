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
    }

    /// The smallest unit that is known.
    public enum Precision: String, Sendable, Codable, CaseIterable {
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

    /// Milliseconds since 1970-01-01T00:00:00 as if the camera's clock showed UTC: what dates are sorted by.
    public var localMilliseconds: Int64 { local.secondsSince1970 * 1000 + Int64(milliseconds ?? 0) }

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

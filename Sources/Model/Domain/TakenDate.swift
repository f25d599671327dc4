/// When a picture was taken, as its camera wrote it.
public struct TakenDate: Hashable, Sendable, CustomStringConvertible {
    /// The source of the date.
    public enum Source: String, Sendable, Codable {
        /// Exif `DateTimeOriginal`, with `OffsetTimeOriginal` if that is there.
        case original = "exif_original"
        /// Exif `GPSDateStamp` and `GPSTimeStamp`, which are UTC.
        case gps
    }

    /// What the clock showed, at the place.
    public let local: CivilTime
    /// How far that clock was ahead of UTC; nil if nothing says so, and then nothing is assumed.
    public let offset: UTCOffset?
    public let source: Source

    public init(local: CivilTime, offset: UTCOffset?, source: Source) {
        self.local = local
        self.offset = offset
        self.source = source
    }

    /// `2021-05-31T10:00:00+02:00`, or without the offset if it is not known.
    public var description: String { local.description + (offset?.description ?? "") }
}

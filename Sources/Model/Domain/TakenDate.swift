/// When a picture was taken, as recorded by its camera.
public struct TakenDate: Hashable, Sendable, CustomStringConvertible {
    /// The source of the date.
    public enum Source: String, Sendable, Codable {
        /// Exif `DateTimeOriginal`, with `OffsetTimeOriginal` if that is there.
        case original = "exif_original"
        /// Exif `GPSDateStamp` and `GPSTimeStamp`, which are UTC.
        case gps
    }

    /// The local time of the camera.
    public let local: CivilTime
    /// The offset of the local time from UTC; nil if the file does not state one, and then none is assumed.
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

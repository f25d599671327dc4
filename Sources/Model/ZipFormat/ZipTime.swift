public import Chronology

/// The modification time of a file in an archive, in the two forms that readers support.
public struct ZipTime: Hashable, Sendable {
    /// The local time. Readers that use it take it for their own local time.
    public let local: CivilTime
    /// The moment, in seconds since 1970, if it is known; readers that support it prefer it.
    public let moment: Int64?

    public init(local: CivilTime, moment: Int64?) { (self.local, self.moment) = (local, moment) }

    /// A moment, with the local time in UTC.
    public init(_ moment: Timestamp) {
        self.init(local: CivilTime(secondsSince1970: moment.seconds), moment: moment.seconds)
    }

    /// Time and date of MS-DOS (section 4.4.6): a resolution of two seconds, clamped to 1980 to 2107.
    var dos: (time: UInt16, date: UInt16) {
        if local.year < 1980 { return (0, 1 << 5 | 1) }
        if local.year > 2107 { return (23 << 11 | 59 << 5 | 29, 127 << 9 | 12 << 5 | 31) }
        let time = local.hour << 11 | local.minute << 5 | local.second / 2
        let date = (local.year - 1980) << 9 | local.month << 5 | local.day
        return (UInt16(truncatingIfNeeded: time), UInt16(truncatingIfNeeded: date))
    }

    /// The moment, if it fits in the 32 bits of the extended timestamp.
    var extended: Int32? { moment.flatMap { Int32(exactly: $0) } }
}

public import Chronology

/// When a file in an archive was last changed, in the two forms that readers know.
public struct ZipTime: Hashable, Sendable {
    /// What a clock showed. Readers that go by this one take it for their own clock's time.
    public let local: CivilTime
    /// The moment, in seconds since 1970, if it is known; it counts if a reader understands it.
    public let moment: Int64?

    public init(local: CivilTime, moment: Int64?) { (self.local, self.moment) = (local, moment) }

    /// A moment, shown by a clock of UTC.
    public init(_ moment: Timestamp) {
        self.init(local: CivilTime(secondsSince1970: moment.seconds), moment: moment.seconds)
    }

    /// Time and date of MS-DOS (section 4.4.6): to two seconds, held within 1980 to 2107.
    var dos: (time: UInt16, date: UInt16) {
        if local.year < 1980 { return (0, 1 << 5 | 1) }
        if local.year > 2107 { return (23 << 11 | 59 << 5 | 29, 127 << 9 | 12 << 5 | 31) }
        let time = local.hour << 11 | local.minute << 5 | local.second / 2
        let date = (local.year - 1980) << 9 | local.month << 5 | local.day
        return (UInt16(truncatingIfNeeded: time), UInt16(truncatingIfNeeded: date))
    }

    /// The moment if the extended timestamp, which has 32 bits with a sign, can say it.
    var extended: Int32? { moment.flatMap { Int32(exactly: $0) } }
}

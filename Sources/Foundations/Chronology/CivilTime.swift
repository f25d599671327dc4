/// A local date and time of day, without a time zone.
public struct CivilTime: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int

    /// Years 1 to 9999 of the Gregorian calendar; nil for an invalid date or time (30 February, hour 24, second 60).
    public init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        guard (1...9999).contains(year), (1...12).contains(month), (0...23).contains(hour), (0...59).contains(minute),
            (0...59).contains(second), day >= 1, day <= Self.days(in: month, of: year)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
        (self.hour, self.minute, self.second) = (hour, minute, second)
    }

    /// Reads `YYYY-MM-DDThh:mm:ss` (a space may stand for the `T`); nil for anything else.
    public init?(_ text: some StringProtocol) {
        let characters = Array(text.utf8)
        guard characters.count == 19, characters[4] == UInt8(ascii: "-"), characters[7] == UInt8(ascii: "-"),
            [UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: " ")].contains(characters[10]),
            characters[13] == UInt8(ascii: ":"), characters[16] == UInt8(ascii: ":")
        else { return nil }
        var fields: [Int] = []
        for range in [0..<4, 5..<7, 8..<10, 11..<13, 14..<16, 17..<19] {
            var value = 0
            for character in characters[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character) else { return nil }
                value = value * 10 + Int(character - UInt8(ascii: "0"))
            }
            fields.append(value)
        }
        self.init(
            year: fields[0], month: fields[1], day: fields[2], hour: fields[3], minute: fields[4], second: fields[5])
    }

    /// Seconds since 1970-01-01T00:00:00, as if this clock showed UTC.
    public var secondsSince1970: Int64 {
        // Days from civil: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". The year begins in March, so
        // that the leap day is the last; an era has 400 years.
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = Int64(era * 146_097 + dayOfEra - 719_468)
        return days * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    }

    /// A moment in UTC, clamped to the years 1 to 9999.
    public init(secondsSince1970 seconds: Int64) {
        let bounded = min(max(seconds, -62_135_596_800), 253_402_300_799)
        let day = bounded >= 0 ? bounded / 86_400 : (bounded - 86_399) / 86_400
        let time = Int(bounded - day * 86_400)
        let shifted = Int(day) + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        self.year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        self.month = month
        self.day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60)
    }

    /// The second of a moment in UTC, clamped as above.
    public init(millisecondsSince1970 milliseconds: Int64) {
        self.init(secondsSince1970: milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000)
    }

    /// `YYYY-MM-DDThh:mm:ss`
    public var description: String {
        "\(dateDescription)T\(two(hour)):\(two(minute)):\(two(second))"
    }

    /// `YYYY-MM-DD`
    public var dateDescription: String { "\(decimal(Int64(year), 4))-\(two(month))-\(two(day))" }

    public static func < (left: CivilTime, right: CivilTime) -> Bool {
        left.secondsSince1970 < right.secondsSince1970
    }

    private func two(_ number: Int) -> String { decimal(Int64(number), 2) }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// The offset of a local time from UTC, in minutes: −1439 to 1439.
public struct UTCOffset: Hashable, Sendable, CustomStringConvertible {
    public let minutes: Int

    public init?(minutes: Int) {
        guard abs(minutes) < 24 * 60 else { return nil }
        self.minutes = minutes
    }

    /// Reads `Z`, `+hh:mm` or `-hh:mm`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let characters = Array(text.utf8)
        if characters == [UInt8(ascii: "Z")] || characters == [UInt8(ascii: "z")] {
            minutes = 0
            return
        }
        guard characters.count == 6, characters[3] == UInt8(ascii: ":"),
            characters[0] == UInt8(ascii: "+") || characters[0] == UInt8(ascii: "-"),
            characters[1...2].allSatisfy(Self.isDigit), characters[4...5].allSatisfy(Self.isDigit),
            let hours = Int(String(decoding: characters[1...2], as: UTF8.self)),
            let minutes = Int(String(decoding: characters[4...5], as: UTF8.self)), hours < 24, minutes < 60
        else { return nil }
        self.minutes = (characters[0] == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
    }

    /// `Z` is never written: `+00:00` says that the offset is known.
    public var description: String {
        (minutes < 0 ? "-" : "+") + decimal(Int64(abs(minutes) / 60), 2) + ":" + decimal(Int64(abs(minutes) % 60), 2)
    }

    private static func isDigit(_ character: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character)
    }
}

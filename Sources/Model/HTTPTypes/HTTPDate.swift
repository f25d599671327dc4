public import Chronology

/// Dates in the fields of messages (RFC 9110, section 5.6.7), to the second.
public enum HTTPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    // 1970 began on a Thursday.
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

    /// The preferred form: `Sun, 06 Nov 1994 08:49:37 GMT`.
    public static func format(_ time: Timestamp) -> String {
        let civil = CivilTime(secondsSince1970: time.seconds)
        let days = (time.seconds - Int64(civil.hour * 3600 + civil.minute * 60 + civil.second)) / 86_400
        let weekday = weekdays[Int((days % 7 + 7) % 7)]
        let clock = [civil.hour, civil.minute, civil.second].map { decimal(Int64($0), 2) }.joined(separator: ":")
        let date = "\(decimal(Int64(civil.day), 2)) \(months[civil.month - 1]) \(decimal(Int64(civil.year), 4))"
        return "\(weekday), \(date) \(clock) GMT"
    }

    /// Reads the preferred form and the two obsolete ones; nil for anything else.
    public static func parse(_ text: String) -> Timestamp? {
        let parts = text.split { $0 == " " || $0 == "," || $0 == "-" }.map(String.init)
        if parts.count == 6, parts[5] == "GMT" {
            return time(day: parts[1], month: parts[2], year: fullYear(parts[3]), clock: parts[4])
        }
        if parts.count == 5 { return time(day: parts[2], month: parts[1], year: Int(parts[4]), clock: parts[3]) }
        return nil
    }

    /// A year of two digits lies within the 50 years around 2000 (RFC 9110, section 5.6.7).
    private static func fullYear(_ text: String) -> Int? {
        guard let year = Int(text) else { return nil }
        return text.utf8.count == 2 ? (year < 70 ? 2000 + year : 1900 + year) : year
    }

    private static func time(day: String, month: String, year: Int?, clock: String) -> Timestamp? {
        let clock = clock.split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3, let day = Int(day), let month = months.firstIndex(of: month), let year,
            let civil = CivilTime(
                year: year, month: month + 1, day: day, hour: clock[0], minute: clock[1], second: clock[2])
        else { return nil }
        return Timestamp(seconds: civil.secondsSince1970)
    }
}

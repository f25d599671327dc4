internal import Glibc
internal import TextCoding

/// A moment: microseconds since 1970-01-01T00:00:00Z, without leap seconds.
public struct Timestamp: Hashable, Sendable, Comparable, CustomStringConvertible {
    public var microseconds: Int64

    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// Seconds since 1970.
    public init(seconds: Int64) { microseconds = seconds * 1_000_000 }

    /// This moment, by the system's clock.
    public static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    /// Whole seconds since 1970, rounded down.
    public var seconds: Int64 { microseconds >= 0 ? microseconds / 1_000_000 : (microseconds - 999_999) / 1_000_000 }

    /// A later moment, or an earlier one if the number of seconds is negative.
    public func advanced(bySeconds seconds: Double) -> Timestamp {
        Timestamp(microseconds: microseconds + Int64(seconds * 1_000_000))
    }

    /// RFC 3339, in UTC, with microseconds if there are any: `2021-05-31T10:00:00.5Z` is `2021-05-31T10:00:00.500000Z`.
    public var description: String {
        let fraction = microseconds - seconds * 1_000_000
        let text = CivilTime(secondsSince1970: seconds).description
        return fraction == 0 ? text + "Z" : text + "." + decimal(fraction, 6) + "Z"
    }

    /// Reads RFC 3339 with any offset, or a bare date, which is its first moment in UTC; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let characters = Array(text.utf8)
        if characters.count == 10, let civil = CivilTime("\(text)T00:00:00") {
            self.init(seconds: civil.secondsSince1970)
            return
        }
        guard characters.count >= 20, let civil = CivilTime(String(decoding: characters[..<19], as: UTF8.self)) else {
            return nil
        }
        var rest = characters[19...]
        var fraction: Int64 = 0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard !digits.isEmpty, digits.count <= 9 else { return nil }
            let six = (Array(digits) + [UInt8](repeating: UInt8(ascii: "0"), count: 6)).prefix(6)
            fraction = six.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
            rest = rest.dropFirst(1 + digits.count)
        }
        guard let offset = UTCOffset(String(decoding: rest, as: UTF8.self)) else { return nil }
        self.init(microseconds: (civil.secondsSince1970 - Int64(offset.minutes) * 60) * 1_000_000 + fraction)
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }
}

extension Timestamp: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let time = Timestamp(try container.decode(String.self)) else {
            throw DecodingError.refused(container.codingPath, "an RFC 3339 time expected")
        }
        self = time
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A number of at least 0 with leading zeros to `width` digits.
public func decimal(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

internal import Domain

/// A date as programs write it in Exif: `YYYY:MM:DD HH:MM:SS`, or something like it.
///
/// Hyphens, slashes and full stops are accepted instead of colons, spaces instead of leading zeros, and the hour 24 for
/// the hour 0 of the same day, which a common mistake in a pattern of hours makes of it. The time may end after the
/// minutes, or be missing, as any field from the end may, with blanks in its place; a fraction of a second and an offset
/// from UTC may follow.
struct ExifDateText {
    let local: CivilTime
    let precision: TakenDate.Precision
    /// Nil if the text has no fraction.
    let milliseconds: Int?
    /// Nil if the text has no offset.
    let offset: UTCOffset?

    /// Nil for zeros, for malformed text, and for days that do not exist.
    init?(_ text: String) {
        let characters = Array(text.utf8)
        var rest = characters[...]
        var fields: [Int] = []
        for (count, separators) in [(4, ""), (2, ":-/."), (2, ":-/."), (2, " T:"), (2, ":"), (2, ":")] {
            if !separators.isEmpty, !Self.skip(&rest, separators) { break }
            guard let number = Self.number(&rest, count) else { break }
            fields.append(number)
        }
        // The hour alone is no time of day.
        if fields.count == 4 { fields.removeLast() }
        // Blanks and separators stand for what is not known; anything else is malformed.
        guard let precision = Self.precisions[fields.count], Self.isReadable(rest, after: precision),
            let local = CivilTime(
                year: fields[0], month: fields.count > 1 ? fields[1] : 1, day: fields.count > 2 ? fields[2] : 1,
                hour: fields.count > 3 ? fields[3] % 24 : 0, minute: fields.count > 4 ? fields[4] : 0,
                second: fields.count > 5 ? fields[5] : 0),
            fields.count < 4 || fields[3] <= 24
        else { return nil }
        (self.local, self.precision) = (local, precision)
        var milliseconds: Int?
        if precision == .second, Self.skip(&rest, ".") {
            let digits = rest.prefix(while: Self.isDigit)
            rest = rest.dropFirst(digits.count)
            milliseconds = Self.milliseconds(digits)
        }
        self.milliseconds = milliseconds
        offset = Self.offset(rest)
    }

    /// By the number of fields that are known.
    private static let precisions: [Int: TakenDate.Precision] = [1: .year, 2: .month, 3: .day, 5: .minute, 6: .second]

    /// Whether only blanks and separators follow a date that is not complete.
    private static func isReadable(_ rest: ArraySlice<UInt8>, after precision: TakenDate.Precision) -> Bool {
        switch precision {
        case .year, .month, .day: rest.allSatisfy { $0 == 0x20 || ":-/.".utf8.contains($0) }
        case .minute, .second: true
        }
    }

    /// The first three digits of a fraction of a second, as `SubSecTime` has them: `5` is a half; nil without digits.
    static func milliseconds(_ fraction: some Sequence<UInt8>) -> Int? {
        let digits = Array(fraction.prefix(while: isDigit).prefix(3))
        guard !digits.isEmpty else { return nil }
        let value = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return value * [100, 10, 1][digits.count - 1]
    }

    /// `Z`, or hours and minutes with or without a colon.
    private static func offset(_ rest: ArraySlice<UInt8>) -> UTCOffset? {
        let text = String(decoding: rest.filter { $0 != 0x20 }, as: UTF8.self)
        if text.utf8.count == 5, !text.contains(":") {
            return UTCOffset(text.prefix(3) + ":" + text.suffix(2))
        }
        return UTCOffset(text)
    }

    /// Reads a number of exactly so many digits, of which the first may be spaces; nil if there is none.
    private static func number(_ rest: inout ArraySlice<UInt8>, _ count: Int) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, let last = digits.last, isDigit(last),
            digits.allSatisfy({ isDigit($0) || $0 == 0x20 })
        else { return nil }
        rest = rest.dropFirst(count)
        return digits.reduce(0) { $0 * 10 + Int($1 == 0x20 ? 0 : $1 - UInt8(ascii: "0")) }
    }

    private static func skip(_ rest: inout ArraySlice<UInt8>, _ accepted: String) -> Bool {
        guard let first = rest.first, accepted.utf8.contains(first) else { return false }
        rest = rest.dropFirst()
        return true
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

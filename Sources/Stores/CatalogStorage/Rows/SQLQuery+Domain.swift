internal import Domain
internal import SQL

extension SQLQuery.StringInterpolation {
    mutating func appendInterpolation(_ value: Digest) { appendInterpolation(value.bytes) }
    mutating func appendInterpolation(_ value: Digest?) { appendInterpolation(value?.bytes) }
    mutating func appendInterpolation(_ value: some Identity) { appendInterpolation(value.bytes) }
    mutating func appendInterpolation(_ value: AccountID?) { appendInterpolation(value?.bytes) }
    mutating func appendInterpolation(_ value: JobID?) { appendInterpolation(value?.bytes) }
    mutating func appendInterpolation(_ value: Timestamp) { appendInterpolation(value.microseconds) }
    mutating func appendInterpolation(_ value: Timestamp?) { appendInterpolation(value?.microseconds) }
    mutating func appendInterpolation(_ value: CivilTime?) { appendInterpolation(value?.secondsSince1970) }

    /// Binds the raw value of an enumeration.
    mutating func appendInterpolation<Word: RawRepresentable<String>>(_ value: Word) {
        appendInterpolation(value.rawValue)
    }
}

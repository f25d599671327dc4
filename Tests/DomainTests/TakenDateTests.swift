import Domain
import Testing

/// Dates as people state them.
struct TakenDateTests {
    @Test(arguments: [
        ("1964", "year"), ("1964-07", "month"), ("1964-07-03", "day"), ("1964-07-03T10:00", "minute"),
        ("1964-07-03T10:00+02:00", "minute"), ("1964-07-03T10:00:30", "second"),
        ("1964-07-03T10:00:30-03:30", "second"),
        ("1964-07-03T10:00:30.250", "second"), ("1964-07-03T10:00:30.250+00:00", "second"),
    ])
    func `keeps the parts that are known`(text: String, precision: String) throws {
        let date = try #require(TakenDate(manual: text))
        #expect(date.description == text)
        #expect(date.precision.rawValue == precision)
        #expect(date.source == .manual)
    }

    @Test func `writes fractions with three digits, and Z as an offset`() {
        #expect(TakenDate(manual: "1964-07-03T10:00:30.5Z")?.description == "1964-07-03T10:00:30.500+00:00")
        #expect(TakenDate(manual: "1964-07-03T10:00:30.05")?.milliseconds == 50)
    }

    @Test(arguments: [
        "", "64", "0000", "1964-13", "1964-02-30", "1964-7-3", "1964-07-03T", "1964-07-03T10", "1964-07-03T24:00",
        "1964-07-03T10:00:60", "1964-07-03T10:00:30.", "1964-07-03T10:00:30.1234", "1964-07-03T10:00.5",
        "1964-07-03T10:00:30+2", "1964-07T10:00", "1964T10:00", "1964-07-03 10:00", "1964-07-03T10:00:30Zx", "x964",
        "1964-07-03T10:00:30.5x", "1964-07-03T-01:00", "19640703",
    ])
    func `refuses what is no date`(text: String) {
        #expect(TakenDate(manual: text) == nil)
    }

    @Test func `sorts by milliseconds, from the least moment that a date can mean`() {
        #expect(TakenDate(manual: "1970")?.localMilliseconds == 0)
        #expect(TakenDate(manual: "1970-01-01T00:00:01.5")?.localMilliseconds == 1500)
        #expect(TakenDate(manual: "1969-12-31T23:59:59.5")?.localMilliseconds == -500)
        #expect(CivilTime(millisecondsSince1970: -500).description == "1969-12-31T23:59:59")
        #expect(CivilTime(millisecondsSince1970: -1000).description == "1969-12-31T23:59:59")
        #expect(CivilTime(millisecondsSince1970: -1001).description == "1969-12-31T23:59:58")
        #expect(CivilTime(millisecondsSince1970: 999).description == "1970-01-01T00:00:00")
    }

    @Test func `places have bounds`() {
        #expect(GeographicPoint(latitude: 90, longitude: -180, altitude: -400) != nil)
        #expect(
            GeographicPoint(latitude: 90.1, longitude: 0) == nil && GeographicPoint(latitude: 0, longitude: 181) == nil)
        #expect(GeographicPoint(latitude: .nan, longitude: 0) == nil)
        #expect(GeographicPoint(latitude: 0, longitude: 0, altitude: .infinity) == nil)
        var metadata = PhotoMetadata()
        (metadata.latitude, metadata.longitude, metadata.altitude) = (1, 2, 1e9)
        #expect(metadata.place == GeographicPoint(latitude: 1, longitude: 2))
        metadata.latitude = 91
        #expect(metadata.place == nil)
    }
}

import Domain
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:00:00Z", 951_825_600_000_000),
        ("2021-05-31T10:00:00.5+02:00", 1_622_448_000_500_000), ("1969-12-31T23:59:59Z", -1_000_000),
        ("2021-05-31", 1_622_419_200_000_000),
    ])
    func `reads RFC 3339`(text: String, microseconds: Int64) {
        #expect(Timestamp(text)?.microseconds == microseconds)
    }

    @Test(arguments: [
        "", "2021-02-30", "2021-05-31T10:00:00", "2021-05-31T24:00:00Z", "2021-05-31T10:00:00+25:00", "x",
    ])
    func `refuses text that is not a time`(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test(arguments: [0, 1, -1, 1_622_448_000_500_000, -62_135_596_800_000_000, 253_402_300_799_000_000] as [Int64])
    func `reads back what it writes`(microseconds: Int64) {
        let time = Timestamp(microseconds: microseconds)
        #expect(Timestamp(time.description) == time)
    }
}

import Domain
import FileFormats
import Testing

/// The date taken: which field counts, and how programs write it.
struct ExifDateTests {
    private func taken(_ fill: (inout ExifFixture) -> Void) -> TakenDate? {
        var fixture = ExifFixture()
        fill(&fixture)
        return ExifReader.read(fixture.block)?.metadata.taken
    }

    @Test(arguments: [
        ("2021:05:31 10:00:00", "2021-05-31T10:00:00"), ("2021-05-31T10:00:00", "2021-05-31T10:00:00"),
        ("2021:05: 1  9:00: 7", "2021-05-01T09:00:07"), ("2021:05:31 10:20", "2021-05-31T10:20"),
        ("2021:05:31", "2021-05-31"), ("2021:05:31         ", "2021-05-31"),
        ("2021:05:31 10:20:", "2021-05-31T10:20"), ("2021:05:31 10:20:  ", "2021-05-31T10:20"),
        ("2021:05:31   :  :  ", "2021-05-31"), ("2021:05:       ", "2021-05"), ("2021:  :     :  :  ", "2021"),
        ("2021:05:31 10", "2021-05-31"), ("2021", "2021"), ("2021:05:31 x", nil),
        ("2021:05:31 10:20:x", "2021-05-31T10:20"),
        ("2021:05:31 24:05:09", "2021-05-31T00:05:09"), ("2021:05:31 10:00:00+02:00", "2021-05-31T10:00:00+02:00"),
        ("2021:05:31 10:00:00Z", "2021-05-31T10:00:00+00:00"),
        ("2021:05:31 10:00:00 -0330", "2021-05-31T10:00:00-03:30"),
        ("2021:05:31 10:00+01:00", "2021-05-31T10:00+01:00"), ("2021:05:31 10:00:00.5", "2021-05-31T10:00:00.500"),
        ("2021:05:31 10:00:00.123456+02:00", "2021-05-31T10:00:00.123+02:00"),
        ("0000:00:00 00:00:00", nil), ("    :  :     :  :  ", nil), ("2021:02:30 10:00:00", nil),
        ("2021:05:31 25:00:00", nil), ("2021:05:31 10:60:00", nil), ("rubbish", nil), ("2021:13", nil),
    ])
    func `reads what programs write, and takes nothing else for a date`(text: String, expected: String?) {
        #expect(taken { $0.photo = [(0x9003, .text(text))] }?.description == expected)
    }

    @Test(arguments: [("5", "500"), ("05", "050"), ("123", "123"), ("123456", "123"), ("7  ", "700")])
    func `reads the fraction of a second`(text: String, expected: String) {
        let date = taken { $0.photo = [(0x9003, .text("2024:06:01 10:20:30")), (0x9291, .text(text))] }
        #expect(date?.description == "2024-06-01T10:20:30." + expected)
        #expect(date?.localMilliseconds == 1_717_237_230_000 + Int64(expected)!)
    }

    @Test func `ignores a fraction that is none, and one of a time without seconds`() {
        for (text, fraction) in [("2024:06:01 10:20:30", "x"), ("2024:06:01 10:20:30", " "), ("2024:06:01 10:20", "5")]
        {
            let date = taken { $0.photo = [(0x9003, .text(text)), (0x9291, .text(fraction))] }
            #expect(date?.milliseconds == nil && date?.local.hour == 10)
        }
    }

    @Test func `prefers the exposure, then digitizing, then satellites, then the last change`() {
        var fixture = ExifFixture()
        fixture.image = [(0x0132, .text("2024:01:04 00:00:00"))]
        fixture.photo = [(0x9003, .text("2024:01:01 00:00:00")), (0x9004, .text("2024:01:02 00:00:00"))]
        fixture.gps = [(0x07, .fractions([(10, 1), (20, 1), (30, 1)])), (0x1D, .text("2024:01:03"))]
        var sources: [String] = []
        func note() {
            let date = ExifReader.read(fixture.block)?.metadata.taken
            sources.append((date?.description ?? "none") + " " + (date?.source.rawValue ?? ""))
        }
        note()
        fixture.photo[0].value = .text("0000:00:00 00:00:00")
        note()
        fixture.photo = []
        note()
        fixture.gps = []
        note()
        fixture.image = [(0x010F, .text("Maker"))]
        note()
        #expect(
            sources == [
                "2024-01-01T00:00:00 exif_original", "2024-01-02T00:00:00 exif_digitized",
                "2024-01-03T10:20:30+00:00 gps", "2024-01-04T00:00:00 exif_changed", "none ",
            ])
    }

    @Test func `takes the offset and the fraction of the field that counts`() {
        let date = taken {
            $0.photo = [
                (0x9003, .text("0000:00:00 00:00:00")), (0x9004, .text("2024:06:01 10:20:30")),
                (0x9011, .text("+09:00")), (0x9012, .text("+01:00")), (0x9291, .text("111")), (0x9292, .text("222")),
            ]
        }
        #expect(date?.description == "2024-06-01T10:20:30.222+01:00")
    }

    @Test func `reads a date that was written in the first directory`() {
        #expect(taken { $0.image = [(0x9003, .text("2024:06:01 10:20:30"))] }?.source == .original)
    }
}

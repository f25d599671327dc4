import Domain
import FileFormats
import Testing

/// The place, as phones and programs write it.
struct ExifPlaceTests {
    private typealias Fraction = (Int32, Int32)

    private func place(
        _ north: [Fraction], _ east: [Fraction], references: (String, String) = ("N", "E"), isSigned: Bool = false
    ) -> [Double]? {
        var fixture = ExifFixture()
        fixture.gps = [
            (0x01, .text(references.0)), (0x02, .fractions(north, isSigned: isSigned)), (0x03, .text(references.1)),
            (0x04, .fractions(east, isSigned: isSigned)),
        ]
        guard let metadata = ExifReader.read(fixture.block)?.metadata, let latitude = metadata.latitude,
            let longitude = metadata.longitude
        else { return nil }
        return [latitude, longitude]
    }

    @Test func `reads degrees, minutes and seconds`() {
        #expect(place([(47, 1), (30, 1), (0, 1)], [(15, 1), (15, 1), (0, 1)]) == [47.5, 15.25])
        #expect(
            place([(47, 1), (30, 1), (0, 1)], [(15, 1), (15, 1), (0, 1)], references: ("S", "W")) == [-47.5, -15.25])
    }

    @Test func `reads degrees as one fraction, and with minutes only`() {
        #expect(place([(475, 10)], [(1525, 100)]) == [47.5, 15.25])
        #expect(place([(47, 1), (30, 1)], [(15, 1), (15, 1)]) == [47.5, 15.25])
        #expect(place([(47, 1), (30, 1), (0, 0)], [(1525, 100), (0, 0), (0, 0)]) == [47.5, 15.25])
    }

    @Test func `takes negative degrees for south and west, whatever the reference`() {
        #expect(place([(-475, 10)], [(-1525, 100)], isSigned: true) == [-47.5, -15.25])
        #expect(place([(-475, 10)], [(-1525, 100)], references: ("S", "W"), isSigned: true) == [-47.5, -15.25])
        #expect(place([(-47, 1), (30, 1), (0, 1)], [(15, 1), (0, 1), (0, 1)], isSigned: true) == [-47.5, 15])
    }

    @Test func `takes zeros for no place`() {
        #expect(place([(0, 1), (0, 1), (0, 1)], [(0, 1), (0, 1), (0, 1)]) == nil)
        #expect(place([(0, 1)], [(0, 1)], references: ("", "")) == nil)
        #expect(place([(0, 1), (0, 1), (0, 1)], [(15, 1), (0, 1), (0, 1)]) == [0, 15])
    }

    @Test func `refuses what is no place`() {
        #expect(place([(91, 1)], [(15, 1)]) == nil)
        #expect(place([(47, 1)], [(181, 1)]) == nil)
        #expect(place([(1, 0)], [(15, 1)]) == nil)
        #expect(place([], [(15, 1)]) == nil)
    }

    @Test func `has no altitude without a place`() {
        var fixture = ExifFixture()
        fixture.gps = [(0x02, .fractions([(0, 1)])), (0x04, .fractions([(0, 1)])), (0x06, .fractions([(0, 1)]))]
        #expect(ExifReader.read(fixture.block)?.metadata.altitude == nil)
    }
}

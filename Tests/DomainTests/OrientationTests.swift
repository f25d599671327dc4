import Domain
import Testing

struct OrientationTests {
    @Test func `turns agree with what happens to pixels`() {
        let square = (0..<3).flatMap { y in (0..<3).map { (x: $0, y: y) } }
        func moved(_ pixel: (x: Int, y: Int), _ orientation: Orientation) -> (x: Int, y: Int) {
            var (x, y) = pixel
            if orientation.isMirrored { x = 2 - x }
            for _ in 0..<orientation.degrees / 90 { (x, y) = (2 - y, x) }
            return (x, y)
        }
        for first in Orientation.all {
            for second in Orientation.all {
                let both = first.followed(by: second)
                #expect(square.allSatisfy { moved(moved($0, first), second) == moved($0, both) })
                #expect(both.isTransposing == (first.isTransposing != second.isTransposing))
            }
            #expect(square.allSatisfy { moved(moved($0, first), first.inverse) == $0 })
        }
    }

    /// Where the first row and the first column of a stored picture are (CIPA DC-008, 4.6.4 A).
    @Test(arguments: [
        (1, "top", "left"), (2, "top", "right"), (3, "bottom", "right"), (4, "bottom", "left"), (5, "left", "top"),
        (6, "right", "top"), (7, "right", "bottom"), (8, "left", "bottom"),
    ])
    func `the numbers are those of Exif`(number: Int, row: String, column: String) throws {
        let orientation = try #require(Orientation(exif: number))
        #expect(orientation.exif == number)
        // The middles of the first row and of the first column of a square, around its centre; y points down.
        func side(_ point: (x: Int, y: Int)) -> String {
            var (x, y) = point
            if orientation.isMirrored { x = -x }
            for _ in 0..<orientation.degrees / 90 { (x, y) = (-y, x) }
            return [[0, -1]: "top", [0, 1]: "bottom", [-1, 0]: "left", [1, 0]: "right"][[x, y]] ?? ""
        }
        #expect(side((0, -1)) == row && side((-1, 0)) == column)
    }

    @Test func `only quarter turns are turns`() {
        #expect(
            Orientation(isMirrored: false, degrees: 45) == nil && Orientation(isMirrored: true, degrees: 360) == nil)
        #expect(Orientation(exif: 0) == nil && Orientation(exif: 9) == nil)
        #expect(Set(Orientation.all.map(\.exif)) == Set(1...8))
    }
}

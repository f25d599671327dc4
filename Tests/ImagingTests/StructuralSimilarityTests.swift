import Testing

@testable import Imaging

@Suite("Structural similarity") struct StructuralSimilarityTests {
    private let width = 64, height = 48

    /// A plane with detail in every window.
    private var plane: [UInt8] { (0..<64 * 48).map { UInt8(truncatingIfNeeded: ($0 % 64) * 3 + ($0 / 64) * 7) } }

    private func compare(_ other: [UInt8]) -> StructuralSimilarity {
        StructuralSimilarity(plane, other, width: width, height: height)
    }

    @Test func `is 1 for equal pictures, and symmetric`() {
        #expect(compare(plane).mean == 1 && compare(plane).worst == 1)
        let other = plane.map { $0 / 2 }
        let back = StructuralSimilarity(other, plane, width: width, height: height)
        #expect(compare(other).mean == back.mean)
    }

    /// Equation 13 with no variance is (2·a·b + C1) / (a² + b² + C1).
    @Test(arguments: [(100, 120), (0, 1), (255, 255)]) func `depends only on the means if pictures are flat`(
        a: Int, b: Int
    ) {
        let count = width * height
        let similarity = StructuralSimilarity(
            Array(repeating: UInt8(a), count: count), Array(repeating: UInt8(b), count: count), width: width,
            height: height)
        let (one, two, c1) = (Double(a), Double(b), 6.5025)
        #expect(abs(similarity.mean - (2 * one * two + c1) / (one * one + two * two + c1)) < 1e-9)
    }

    @Test func `is below 0 for a negative`() {
        let checks = (0..<64 * 48).map { UInt8(($0 % 64 / 2 + $0 / 64 / 2) % 2 == 0 ? 80 : 170) }
        let negative = checks.map { 250 - $0 }
        #expect(StructuralSimilarity(checks, negative, width: width, height: height).mean < 0)
    }

    @Test func `the worst part is reported separately from the whole`() {
        let side = 512
        let picture = (0..<side * side).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var other = picture
        for row in 0..<64 { for column in 0..<64 { other[row * side + column] = 128 } }
        let similarity = StructuralSimilarity(picture, other, width: side, height: side)
        #expect(similarity.mean > 0.97 && similarity.worst < 0.8)
    }

    @Test(arguments: [(1, 1), (7, 7), (3, 100), (8, 8), (9, 8), (130, 130)])
    func `accepts pictures of any size`(width: Int, height: Int) {
        let picture = Array(repeating: UInt8(7), count: width * height)
        let similarity = StructuralSimilarity(picture, picture, width: width, height: height)
        #expect(similarity.mean == 1 && similarity.worst == 1)
    }

    @Test func `planes of different sizes are not similar`() {
        #expect(StructuralSimilarity([1, 2], [1], width: 1, height: 1).mean == 0)
        #expect(StructuralSimilarity([], [], width: 0, height: 0).mean == 0)
    }
}

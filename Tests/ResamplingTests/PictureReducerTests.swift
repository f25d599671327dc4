import Foundation
import Resampling
import Testing

/// Compares the reducer with the formula, calculated separately for each sample.
@Suite struct PictureReducerTests {
    struct Shape: CustomTestStringConvertible {
        let from: (width: Int, height: Int), to: (width: Int, height: Int), bands: PictureReducer.Bands

        var testDescription: String { "\(from) to \(to), \(bands)" }
    }

    static let shapes: [Shape] = [
        Shape(from: (64, 48), to: (31, 23), bands: .colour), Shape(from: (64, 48), to: (64, 7), bands: .grey),
        Shape(from: (17, 5), to: (16, 5), bands: .colour), Shape(from: (8, 90), to: (1, 12), bands: .colour),
        Shape(from: (1, 1), to: (1, 1), bands: .colour), Shape(from: (2, 3), to: (1, 2), bands: .colour),
        Shape(from: (300, 2), to: (38, 1), bands: .grey), Shape(from: (5, 400), to: (5, 50), bands: .grey),
        Shape(from: (333, 40), to: (163, 20), bands: .colour), Shape(from: (333, 40), to: (163, 20), bands: .grey),
        Shape(from: (128, 128), to: (127, 127), bands: .colour), Shape(from: (16, 16), to: (3, 16), bands: .colour),
    ]

    @Test(arguments: shapes) func isTheFormula(_ shape: Shape) throws {
        var random = Multiplicative(state: UInt64(shape.from.width * 7919 + shape.bands.rawValue))
        let count = shape.from.width * shape.from.height * shape.bands.rawValue
        let picture = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        let reduced = try reduce(picture, shape)
        let expected = expected(picture, shape)
        try #require(reduced.count == expected.count)
        let worst = zip(reduced, expected).map { abs(Double($0) - $1) }.max() ?? 0
        #expect(worst < 0.51, "off by \(worst)")
    }

    @Test(arguments: shapes) func leavesOneColourAlone(_ shape: Shape) throws {
        for sample in [UInt8(0), 1, 127, 254, 255] {
            let count = shape.from.width * shape.from.height * shape.bands.rawValue
            let reduced = try reduce(Array(repeating: sample, count: count), shape)
            #expect(reduced.allSatisfy { $0 == sample })
        }
    }

    @Test func neverWrapsAroundAtAnEdge() throws {
        // Lanczos overshoots black and white at an edge: the values are clamped, and do not wrap to other colours.
        let shape = Shape(from: (40, 1), to: (19, 1), bands: .grey)
        let reduced = try reduce((0..<40).map { $0 < 20 ? 0 : 255 }, shape)
        #expect(reduced.prefix(8).allSatisfy { $0 < 30 } && reduced.suffix(8).allSatisfy { $0 > 225 })
    }

    @Test func takesNoMoreThanItWasToldOf() throws {
        var reducer = try reducer(Shape(from: (4, 2), to: (2, 1), bands: .grey))
        let row: [UInt8] = [10, 20, 30, 40], short: [UInt8] = [1, 2]
        reducer.take(short.span.bytes)
        #expect(!reducer.isComplete)
        for _ in 0..<2 { reducer.take(row.span.bytes) }
        let (samples, isComplete) = (reducer.samples, reducer.isComplete)
        #expect(isComplete)
        reducer.take(short.span.bytes)
        reducer.take(row.span.bytes)
        #expect(reducer.samples == samples)
    }

    @Test(arguments: [
        Shape(from: (4, 4), to: (5, 4), bands: .colour), Shape(from: (4, 4), to: (4, 5), bands: .colour),
        Shape(from: (4, 4), to: (0, 1), bands: .colour), Shape(from: (4, 4), to: (1, -1), bands: .colour),
        Shape(from: (9, 9), to: (1, 9), bands: .colour), Shape(from: (9, 9), to: (9, 1), bands: .colour),
        Shape(from: (0, 4), to: (0, 2), bands: .grey), Shape(from: (.max, 4), to: (.max / 2, 2), bands: .grey),
    ])
    func refusesWhatIsNotSmallerOrMuchSmaller(_ shape: Shape) {
        #expect(
            AxisReduction(shape.from.width, to: shape.to.width) == nil
                || AxisReduction(shape.from.height, to: shape.to.height) == nil)
    }

    @Test(arguments: [
        (10, 5, -0.1, 1.0), (10, 5, 0, 0.9), (10, 5, 0, 2.3), (10, 5, 1.1, 2), (10, 5, .nan, 1), (10, 5, 0, .nan),
    ])
    func refusesPartsThatLieOutside(count: Int, reduced: Int, start: Double, step: Double) {
        #expect(AxisReduction(count, to: reduced, from: start, step: step) == nil)
    }

    @Test(arguments: [(0.0, 2.0), (3.5, 2.25), (11.25, 1), (0, 3.1), (12, 2)])
    func takesPartsThatBeginBetweenSamples(start: Double, step: Double) throws {
        let count = 40, reduced = 12
        let axis = try #require(AxisReduction(count, to: reduced, from: start, step: step))
        let one = try #require(AxisReduction(1, to: 1))
        var random = Multiplicative(state: 5)
        let row = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        let expected = (0..<reduced).map { index in
            min(max(weights(count, step, index, from: start).reduce(0) { $0 + Double(row[$1.0]) * $1.1 }, 0), 255)
        }
        var across = PictureReducer(across: axis, down: one, bands: .grey)
        across.take(row.span.bytes)
        var down = PictureReducer(across: one, down: axis, bands: .grey)
        for index in 0..<count { down.take(row.span.bytes.extracting(index..<index + 1)) }
        for samples in [across.samples, down.samples] {
            #expect(samples.count == reduced && zip(samples, expected).allSatisfy { abs(Double($0) - $1) < 0.51 })
        }
    }

    private func reducer(_ shape: Shape) throws -> PictureReducer {
        PictureReducer(
            across: try #require(AxisReduction(shape.from.width, to: shape.to.width)),
            down: try #require(AxisReduction(shape.from.height, to: shape.to.height)), bands: shape.bands)
    }

    private func reduce(_ picture: [UInt8], _ shape: Shape) throws -> [UInt8] {
        var reducer = try reducer(shape)
        let length = shape.from.width * shape.bands.rawValue
        for row in 0..<shape.from.height {
            reducer.take(picture.span.bytes.extracting(row * length..<(row + 1) * length))
        }
        let isComplete = reducer.isComplete
        #expect(isComplete)
        return reducer.samples
    }

    private func expected(_ picture: [UInt8], _ shape: Shape) -> [Double] {
        let (from, to, bands) = (shape.from, shape.to, shape.bands.rawValue)
        var result: [Double] = []
        for y in 0..<to.height {
            let down = weights(from.height, Double(from.height) / Double(to.height), y)
            for x in 0..<to.width {
                let across = weights(from.width, Double(from.width) / Double(to.width), x)
                for band in 0..<bands {
                    var sum = 0.0
                    for (row, weight) in down {
                        for (column, factor) in across {
                            sum += Double(picture[(row * from.width + column) * bands + band]) * weight * factor
                        }
                    }
                    result.append(min(max(sum, 0), 255))
                }
            }
        }
        return result
    }

    /// The source samples of one result sample, and their weights.
    private func weights(_ count: Int, _ factor: Double, _ index: Int, from start: Double = 0) -> [(Int, Double)] {
        let center = start + (Double(index) + 0.5) * factor - 0.5
        let values = (0..<count).map { sample in (sample, lanczos((Double(sample) - center) / factor)) }
        let sum = values.map(\.1).reduce(0, +)
        return values.filter { $0.1 != 0 }.map { ($0, $1 / sum) }
    }

    private func lanczos(_ x: Double) -> Double {
        if x == 0 { return 1 }
        if abs(x) >= 3 { return 0 }
        return 3 * sin(.pi * x) * sin(.pi * x / 3) / (.pi * x * .pi * x)
    }
}

/// Numbers that are the same in every run.
private struct Multiplicative: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state >> 33) ^ state
    }
}

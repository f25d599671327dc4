internal import CResampling

/// Makes a picture of 8 bits a sample smaller while its rows come in, from top to bottom.
///
/// Rows are combined first, which is the greater part of the work; then the samples of the few rows that are left. What
/// is held is as many rows as the kernel reaches over, and the result.
public struct PictureReducer {
    /// What a pixel consists of.
    public enum Bands: Int, Sendable {
        case grey = 1
        case colour = 3
    }

    private let height: Int
    private let samplesInRow: Int
    private let bands: Bands
    private let reducedHeight: Int
    private let samplesInReducedRow: Int
    private let down: LanczosWeights
    /// Across: of each pixel of the result if it starts in a row, and its weights, each once for every band.
    private let starts: [Int32], weights: [Float]
    private let taps: Int
    /// The latest rows: row `r` is at place `r % down.taps`. Each is followed by zeros.
    private var rows: [Float]
    private let rowLength: Int
    /// One row of the result before it is reduced across.
    private var line: [Float]
    private var rowsTaken = 0
    private var rowsMade = 0

    /// The samples that are made so far, row by row, the bands of a pixel beside each other.
    public private(set) var samples: [UInt8]

    /// - Parameter bands: they are reduced each by itself, so colours must not be see-through.
    public init(across: AxisReduction, down: AxisReduction, bands: Bands) {
        let columns = LanczosWeights(across, tapsInMultiplesOf: TINTYPE_TAP_MULTIPLE)
        let count = bands.rawValue, multiple = TINTYPE_ROW_MULTIPLE
        (height, reducedHeight, self.bands) = (down.count, down.reduced, bands)
        (samplesInRow, samplesInReducedRow) = (across.count * count, across.reduced * count)
        self.down = LanczosWeights(down)
        taps = columns.taps
        starts = columns.starts.map { Int32($0 * count) }
        weights = count == 1 ? columns.weights : columns.weights.flatMap { repeatElement($0, count: count) }
        // The last taps of the last pixels lie beyond the row, and weigh nothing.
        rowLength = ((across.count + taps) * count + multiple - 1) / multiple * multiple
        rows = Array(repeating: 0, count: rowLength * self.down.taps)
        line = Array(repeating: 0, count: rowLength)
        samples = Array(repeating: 0, count: samplesInReducedRow * down.reduced)
    }

    /// Whether every row of the result is made.
    public var isComplete: Bool { rowsMade == reducedHeight }

    /// Takes the next row: a sample for each band of each pixel. What is too short, or comes after the last row, is
    /// left alone.
    public mutating func take(_ row: RawSpan) {
        guard rowsTaken < height, !isComplete, row.byteCount >= samplesInRow else { return }
        Self.widen(row, samplesInRow, into: &rows, at: (rowsTaken % down.taps) * rowLength)
        rowsTaken += 1
        while rowsMade < reducedHeight, down.starts[rowsMade] + down.reach <= rowsTaken { makeRow() }
    }

    private static func widen(_ row: RawSpan, _ count: Int, into rows: inout [Float], at first: Int) {
        var rows = rows.mutableSpan
        for index in 0..<count {
            rows[unchecked: first &+ index] = Float(
                row.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self))
        }
    }

    private mutating func makeRow() {
        let start = down.starts[rowsMade]
        let weights = Array(down.weights[rowsMade * down.taps..<(rowsMade + 1) * down.taps])
        tintype_combine_rows(rows, rowLength, down.taps, start % down.taps, weights, down.taps, &line)
        var reduced = [UInt8](repeating: 0, count: samplesInReducedRow)
        switch bands {
        case .colour: tintype_reduce_colour(line, starts, self.weights, taps, starts.count, &reduced)
        case .grey: tintype_reduce_grey(line, starts, self.weights, taps, starts.count, &reduced)
        }
        let place = rowsMade * samplesInReducedRow
        samples.replaceSubrange(place..<place + samplesInReducedRow, with: reduced)
        rowsMade += 1
    }
}

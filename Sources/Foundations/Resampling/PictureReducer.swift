internal import CResampling

/// Makes a picture of 8 bits a sample smaller while its rows come in, from top to bottom.
///
/// Rows are combined first, which is the greater part of the work; then the samples of the few rows that are left. What
/// is held is as many rows as the kernel reaches over, and the result.
public struct PictureReducer {
    /// How many times smaller a picture may become. The kernel reaches over six times as many rows, which are held.
    public static let maximumFactor = 8

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
    /// Across: of each pixel of the result where it starts in a row, and its weights, each once for every band.
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

    /// - Parameters:
    ///   - size: of the picture, in pixels.
    ///   - reduced: of the result: at least 1 and an eighth of that, and at most as large, both ways.
    ///   - bands: they are reduced each by itself, so colours must not be see-through.
    /// - Returns: nil where a size is out of bounds.
    public init?(from size: (width: Int, height: Int), to reduced: (width: Int, height: Int), bands: Bands) {
        guard Self.allows(size.width, reduced.width), Self.allows(size.height, reduced.height) else { return nil }
        let across = LanczosWeights(
            from: size.width, to: reduced.width, tapsInMultiplesOf: TINTYPE_TAP_MULTIPLE)
        let count = bands.rawValue, multiple = TINTYPE_ROW_MULTIPLE
        (height, reducedHeight, self.bands) = (size.height, reduced.height, bands)
        (samplesInRow, samplesInReducedRow) = (size.width * count, reduced.width * count)
        down = LanczosWeights(from: size.height, to: reduced.height)
        taps = across.taps
        starts = across.starts.map { Int32($0 * count) }
        weights = count == 1 ? across.weights : across.weights.flatMap { repeatElement($0, count: count) }
        // The last taps of the last pixels lie beyond the row, and weigh nothing.
        rowLength = ((size.width + taps) * count + multiple - 1) / multiple * multiple
        rows = Array(repeating: 0, count: rowLength * down.taps)
        line = Array(repeating: 0, count: rowLength)
        samples = Array(repeating: 0, count: samplesInReducedRow * reduced.height)
    }

    private static func allows(_ count: Int, _ reduced: Int) -> Bool {
        // Larger ones are no pictures, and offsets into their rows would need more bits.
        count < 1 << 28 && reduced >= 1 && reduced <= count && count <= maximumFactor * reduced
    }

    /// Whether every row of the result is made.
    public var isComplete: Bool { rowsMade == reducedHeight }

    /// Takes the next row: a sample for each band of each pixel. What is too short, or comes after the last row, is
    /// left alone.
    public mutating func take(_ row: RawSpan) {
        guard rowsTaken < height, row.byteCount >= samplesInRow else { return }
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

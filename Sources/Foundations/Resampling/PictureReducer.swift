/// Makes a picture of 8 bits a sample smaller while its rows come in, from top to bottom.
///
/// Rows are combined first, which is the greater part of the work and goes sixteen samples at a time; then the samples
/// of the few rows that are left. What is held is as many rows as the kernel reaches over, and the result.
public struct PictureReducer {
    private typealias Block = SIMD16<Float>

    /// How many times smaller a picture may become. The kernel reaches over six times as many rows, which are held.
    public static let maximumFactor = 8

    private let width: Int, height: Int, bands: Int
    private let reducedWidth: Int, reducedHeight: Int
    private let across: LanczosWeights, down: LanczosWeights
    private let blocksInRow: Int
    /// The latest rows: row `r` is at place `r % down.taps`.
    private var rows: [Block]
    /// One row of the result before it is reduced across.
    private var line: [Block]
    private var rowsTaken = 0
    private var rowsMade = 0

    /// The samples that are made so far, row by row, the bands of a pixel beside each other.
    public private(set) var samples: [UInt8]

    /// - Parameters:
    ///   - size: of the picture, in pixels.
    ///   - reduced: of the result: at least 1 and an eighth of that, and at most as large, both ways.
    ///   - bands: samples of a pixel, 1 to 4; they are reduced each by itself, so colours must not be see-through.
    /// - Returns: nil where a size or the number of bands is out of bounds.
    public init?(from size: (width: Int, height: Int), to reduced: (width: Int, height: Int), bands: Int) {
        guard (1...4).contains(bands), Self.allows(size.width, reduced.width), Self.allows(size.height, reduced.height)
        else { return nil }
        (width, height, self.bands) = (size.width, size.height, bands)
        (reducedWidth, reducedHeight) = (reduced.width, reduced.height)
        across = LanczosWeights(from: size.width, to: reduced.width)
        down = LanczosWeights(from: size.height, to: reduced.height)
        // Four more than the row has: pixels are read four samples at a time, and a tap may go beyond the last.
        blocksInRow = (size.width * bands + bands + 4 + 15) / 16
        rows = Array(repeating: .zero, count: blocksInRow * down.taps)
        line = Array(repeating: .zero, count: blocksInRow)
        samples = Array(repeating: 0, count: reduced.width * reduced.height * bands)
    }

    private static func allows(_ count: Int, _ reduced: Int) -> Bool {
        reduced >= 1 && reduced <= count && count <= maximumFactor * reduced
    }

    /// Whether every row of the result is made.
    public var isComplete: Bool { rowsMade == reducedHeight }

    /// Takes the next row: `width × bands` samples. What is too short, or comes after the last row, is left alone.
    public mutating func take(_ row: RawSpan) {
        guard rowsTaken < height, row.byteCount >= width * bands else { return }
        store(row)
        rowsTaken += 1
        while rowsMade < reducedHeight, min(height, down.starts[rowsMade] + down.taps) <= rowsTaken {
            makeRow()
            rowsMade += 1
        }
    }

    private mutating func makeRow() {
        Self.combine(rows, down, row: rowsMade, into: &line)
        let row = rowsMade * reducedWidth * bands
        switch bands {
        case 1: Self.reduceGrey(line, across, into: &samples, at: row)
        default: Self.reducePixels(line, across, bands: bands, into: &samples, at: row)
        }
    }

    private mutating func store(_ row: RawSpan) {
        let first = (rowsTaken % down.taps) * blocksInRow
        let count = width * bands
        var rows = rows.mutableSpan
        for block in 0..<count / 16 {
            let bytes = row.unsafeLoadUnaligned(fromUncheckedByteOffset: block * 16, as: SIMD16<UInt8>.self)
            rows[unchecked: first + block] = Block(bytes)
        }
        guard count % 16 > 0 else { return }
        var last = Block.zero
        for index in 0..<count % 16 {
            last[index] = Float(row.unsafeLoad(fromUncheckedByteOffset: count / 16 * 16 + index, as: UInt8.self))
        }
        rows[unchecked: first + count / 16] = last
    }

    /// The weighted sum of the rows that a row of the result is made of.
    private static func combine(_ rows: [Block], _ weights: LanczosWeights, row: Int, into line: inout [Block]) {
        let taps = weights.taps, start = weights.starts[row]
        let count = min(taps, weights.count - start), firstWeight = row * taps
        let rows = rows.span, values = weights.weights.span
        var line = line.mutableSpan
        let blocks = line.count
        for block in 0..<blocks {
            var sum = Block.zero
            var place = start % taps
            for tap in 0..<count {
                sum += rows[unchecked: place &* blocks &+ block] * values[unchecked: firstWeight &+ tap].x
                place = place &+ 1 == taps ? 0 : place &+ 1
            }
            line[unchecked: block] = sum
        }
    }

    /// Reduces a row of pixels: all bands of a pixel at once, and two taps beside each other.
    private static func reducePixels(
        _ line: [Block], _ weights: LanczosWeights, bands: Int, into samples: inout [UInt8], at row: Int
    ) {
        let taps = weights.taps
        let line = line.span.bytes, values = weights.weights.span, starts = weights.starts.span
        var samples = samples.mutableSpan
        let pixelBytes = bands * 4
        for x in 0..<starts.count {
            var even = SIMD4<Float>.zero, odd = SIMD4<Float>.zero
            var offset = starts[unchecked: x] &* pixelBytes
            var tap = x &* taps
            let end = tap &+ taps
            while tap < end {
                let next = offset &+ pixelBytes
                even +=
                    line.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: SIMD4<Float>.self)
                    * values[unchecked: tap]
                odd +=
                    line.unsafeLoadUnaligned(fromUncheckedByteOffset: next, as: SIMD4<Float>.self)
                    * values[unchecked: tap &+ 1]
                offset = next &+ pixelBytes
                tap &+= 2
            }
            let pixel = even + odd
            for band in 0..<bands { samples[unchecked: row &+ x &* bands &+ band] = byte(pixel[band]) }
        }
    }

    private static func reduceGrey(
        _ line: [Block], _ weights: LanczosWeights, into samples: inout [UInt8], at row: Int
    ) {
        let taps = weights.taps
        let line = line.span.bytes, values = weights.weights.span, starts = weights.starts.span
        var samples = samples.mutableSpan
        for x in 0..<starts.count {
            var even: Float = 0, odd: Float = 0
            var offset = starts[unchecked: x] * 4
            for tap in stride(from: x * taps, to: x * taps + taps, by: 2) {
                even += line.unsafeLoad(fromUncheckedByteOffset: offset, as: Float.self) * values[unchecked: tap].x
                odd +=
                    line.unsafeLoad(fromUncheckedByteOffset: offset + 4, as: Float.self) * values[unchecked: tap + 1].x
                offset += 8
            }
            samples[unchecked: row &+ x] = byte(even + odd)
        }
    }

    /// The nearest whole number from 0 to 255. Beside 2²³ a single-precision number has no room for a fraction, and its
    /// lowest bits are the number itself: a conversion, which asks whether it is possible, takes several times as long.
    @inline(__always)
    private static func byte(_ value: Float) -> UInt8 {
        UInt8(truncatingIfNeeded: (min(max(value, 0), 255) + 8_388_608).bitPattern)
    }
}

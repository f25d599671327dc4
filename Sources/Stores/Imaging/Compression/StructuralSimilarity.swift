/// The structural similarity of two pictures, by Wang, Bovik, Sheikh and Simoncelli, "Image quality
/// assessment: from error visibility to structural similarity" (IEEE Transactions on Image Processing 13, 2004), with
/// K1 = 0.01 and K2 = 0.03.
///
/// Windows are squares of 8 × 8 pixels at every fourth pixel of both directions, all of equal weight, rather than the
/// paper's Gaussian of 11 × 11 at every pixel: a tenth of the work, and nearly the same number. Up to three columns and
/// rows at the far edges are in no window. A picture with a side shorter than 8 is one window.
struct StructuralSimilarity: Hashable, Sendable {
    /// The mean over all windows: 1 for equal pictures.
    let mean: Double
    /// The mean over the windows of the worst part of the picture, of parts of `tileSide` pixels a side.
    let worst: Double

    /// Pixels along the sides of a part; those at the far edges may be smaller.
    static let tileSide = 128

    private static let blockSide = 4
    private static let c1 = (0.01 * 255) * (0.01 * 255)
    private static let c2 = (0.03 * 255) * (0.03 * 255)

    /// Sums over the pixels of a square: of each picture, of both squared, and of their product.
    private struct Sums {
        var first = 0, second = 0, squares = 0, products = 0

        static func + (left: Sums, right: Sums) -> Sums {
            Sums(
                first: left.first &+ right.first, second: left.second &+ right.second,
                squares: left.squares &+ right.squares, products: left.products &+ right.products)
        }

        /// Equation 13 of the paper.
        func similarity(pixels: Int) -> Double {
            let count = Double(pixels)
            let (one, two) = (Double(first) / count, Double(second) / count)
            let variances = Double(squares) / count - one * one - two * two
            let covariance = Double(products) / count - one * two
            return (2 * one * two + c1) * (2 * covariance + c2)
                / ((one * one + two * two + c1) * (variances + c2))
        }
    }

    /// Compares planes of 8 bits a pixel; planes of another length than that are not alike at all.
    init(_ first: [UInt8], _ second: [UInt8], width: Int, height: Int) {
        guard width > 0, height > 0, first.count == width * height, second.count == first.count else {
            (mean, worst) = (0, 0)
            return
        }
        guard width >= 8, height >= 8 else {
            let sums = Self.sums(first, second, width: width, x: 0..<width, y: 0..<height)
            mean = sums.similarity(pixels: width * height)
            worst = mean
            return
        }
        var tiles = Tiles(width: width)
        var above: [Sums] = []
        for row in 0..<height / Self.blockSide {
            let blocks = Self.blocks(first, second, width: width, row: row)
            if row > 0 {
                for column in 1..<blocks.count {
                    let sums = above[column - 1] + above[column] + blocks[column - 1] + blocks[column]
                    tiles.add(sums.similarity(pixels: 64), x: (column - 1) * 4, y: (row - 1) * 4)
                }
            }
            above = blocks
        }
        tiles.end()
        (mean, worst) = (tiles.mean, tiles.worst)
    }

    private init(mean: Double, worst: Double) { (self.mean, self.worst) = (mean, worst) }

    /// The lesser of two.
    func least(_ other: StructuralSimilarity) -> StructuralSimilarity {
        StructuralSimilarity(mean: min(mean, other.mean), worst: min(worst, other.worst))
    }

    private static func blocks(_ first: [UInt8], _ second: [UInt8], width: Int, row: Int) -> [Sums] {
        (0..<width / blockSide).map { column in
            sums(
                first, second, width: width, x: column * 4..<column * 4 + 4, y: row * 4..<row * 4 + 4)
        }
    }

    private static func sums(
        _ first: [UInt8], _ second: [UInt8], width: Int, x: Range<Int>, y: Range<Int>
    ) -> Sums {
        var sums = Sums()
        for row in y {
            for index in row * width + x.lowerBound..<row * width + x.upperBound {
                let (one, two) = (Int(first[index]), Int(second[index]))
                sums.first &+= one
                sums.second &+= two
                sums.squares &+= one &* one &+ two &* two
                sums.products &+= one &* two
            }
        }
        return sums
    }

    /// Means of the parts of a picture, row of parts by row of parts.
    private struct Tiles {
        private var row = 0
        private var sums: [Double], counts: [Int]
        private var total = 0.0, count = 0
        private(set) var worst = 1.0

        init(width: Int) {
            let columns = (width + StructuralSimilarity.tileSide - 1) / StructuralSimilarity.tileSide
            (sums, counts) = (Array(repeating: 0, count: columns), Array(repeating: 0, count: columns))
        }

        var mean: Double { count > 0 ? total / Double(count) : 0 }

        mutating func add(_ similarity: Double, x: Int, y: Int) {
            if y / StructuralSimilarity.tileSide != row { end() }
            row = y / StructuralSimilarity.tileSide
            sums[x / StructuralSimilarity.tileSide] += similarity
            counts[x / StructuralSimilarity.tileSide] += 1
            total += similarity
            count += 1
        }

        /// A row of parts is over.
        mutating func end() {
            for index in sums.indices where counts[index] > 0 {
                worst = min(worst, sums[index] / Double(counts[index]))
                (sums[index], counts[index]) = (0, 0)
            }
        }
    }
}

internal import FileFormats

/// The places of a picture's primaries and of its white in the diagram of CIE 1931, x and y each.
struct Chromaticities {
    /// D65, of sRGB, P3 and BT.2020.
    private static let daylight = [0.3127, 0.3290]

    /// Of white, red, green and blue.
    let points: [Double]

    /// - Parameter points: x and y of white, red, green and blue.
    init(_ points: [Double]) { self.points = points }

    /// The primaries of ITU-T H.273, table 2; BT.709's for numbers that it does not specify.
    init(codePoint: Int) {
        points =
            switch codePoint {
            case 4: [0.310, 0.316, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08]
            case 5: Self.daylight + [0.64, 0.33, 0.29, 0.60, 0.15, 0.06]
            case 6, 7: Self.daylight + [0.630, 0.340, 0.310, 0.595, 0.155, 0.070]
            case 8: [0.310, 0.316, 0.681, 0.319, 0.243, 0.692, 0.145, 0.049]
            case 9: Self.daylight + [0.708, 0.292, 0.170, 0.797, 0.131, 0.046]
            case 10: [1 / 3.0, 1 / 3.0, 1, 0, 0, 1, 0, 0]
            case 11: [0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060]
            case 12: Self.daylight + [0.680, 0.320, 0.265, 0.690, 0.150, 0.060]
            case 22: Self.daylight + [0.630, 0.340, 0.295, 0.605, 0.155, 0.077]
            default: Self.daylight + [0.64, 0.33, 0.30, 0.60, 0.15, 0.06]
            }
    }

    /// What the primaries are in CIE XYZ under D50, as profiles state them (ICC.1:2010, annexes E and F): the columns of
    /// red, green and blue. Nil for primaries on one line.
    var colorants: [[Double]]? {
        let white = Self.tristimulus(points[0], points[1])
        let columns = stride(from: 2, to: 8, by: 2).map { Self.direction(points[$0], points[$0 + 1]) }
        let primaries = Matrix(columns: columns)
        guard let amounts = primaries.inverse?.times(white) else { return nil }
        let adaptation = Matrix.adaptation(from: white)
        return zip(columns, amounts).map { column, amount in adaptation.times(column.map { $0 * amount }) }
    }

    private static func tristimulus(_ x: Double, _ y: Double) -> [Double] { [x / y, 1, (1 - x - y) / y] }

    private static func direction(_ x: Double, _ y: Double) -> [Double] { [x, y, 1 - x - y] }
}

/// Three rows of three numbers.
private struct Matrix {
    let rows: [[Double]]

    init(rows: [[Double]]) { self.rows = rows }

    init(columns: [[Double]]) { rows = (0..<3).map { row in columns.map { $0[row] } } }

    /// From colours under a white to those under D50, by Bradford's cones (ICC.1:2010, annex E).
    static func adaptation(from white: [Double]) -> Matrix {
        let cones = Matrix(rows: [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
        let from = cones.times(white), to = cones.times([0.9642, 1, 0.8249])
        let scaled = Matrix(
            rows: (0..<3).map { row in cones.rows[row].map { from[row] == 0 ? 0 : $0 * to[row] / from[row] } })
        return cones.inverse?.times(scaled) ?? scaled
    }

    func times(_ vector: [Double]) -> [Double] { rows.map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } } }

    func times(_ other: Matrix) -> Matrix {
        let columns = (0..<3).map { column in times(other.rows.map { $0[column] }) }
        return Matrix(columns: columns)
    }

    var inverse: Matrix? {
        let minors = (0..<3).map { row in (0..<3).map { cofactor(row, $0) } }
        let determinant = zip(rows[0], minors[0]).reduce(0) { $0 + $1.0 * $1.1 }
        guard abs(determinant) > 1e-9 else { return nil }
        return Matrix(rows: (0..<3).map { row in (0..<3).map { minors[$0][row] / determinant } })
    }

    private func cofactor(_ row: Int, _ column: Int) -> Double {
        let (below, belowThat) = ((row + 1) % 3, (row + 2) % 3)
        let (right, rightOfThat) = ((column + 1) % 3, (column + 2) % 3)
        return rows[below][right] * rows[belowThat][rightOfThat] - rows[below][rightOfThat] * rows[belowThat][right]
    }
}

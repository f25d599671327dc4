internal import Glibc

/// Along one axis: which samples each sample of a reduced row is made of, and how much each of them counts.
///
/// The kernel is Lanczos' with three lobes, stretched by the factor of the reduction (Duchon, "Lanczos Filtering in One
/// and Two Dimensions", Journal of Applied Meteorology 18, 1979). At the edges what would lie outside counts for
/// nothing, and the rest for so much more.
struct LanczosWeights {
    private static let lobes = 3.0

    /// How many samples each result has weights for. Some may be 0, and lie beyond the last sample.
    let taps: Int
    /// How many of the taps weigh anything, at most; never more than there are samples.
    let reach: Int
    /// Of each result the first sample that counts.
    let starts: [Int]
    /// Of each result `taps` weights, which sum up to 1.
    let weights: [Float]

    /// - Parameter multiple: what the number of taps is to be a multiple of.
    init(_ axis: AxisReduction, tapsInMultiplesOf multiple: Int = 1) {
        let count = axis.count, step = axis.step
        let radius = Self.lobes * step
        reach = min(count, Int(2 * radius) + 1)
        taps = (reach + multiple - 1) / multiple * multiple
        var starts: [Int] = [], weights: [Float] = []
        starts.reserveCapacity(axis.reduced)
        weights.reserveCapacity(axis.reduced * taps)
        for index in 0..<axis.reduced {
            let center = axis.start + (Double(index) + 0.5) * step - 0.5
            let start = max(0, min(Int((center - radius).rounded(.up)), count - reach))
            let values = Self.kernel(from: (Double(start) - center) / step, by: 1 / step, count: reach)
            let sum = values.reduce(0, +)
            starts.append(start)
            weights += values.lazy.map { Float($0 / sum) }
            weights += repeatElement(0, count: taps - reach)
        }
        (self.starts, self.weights) = (starts, weights)
    }

    /// sin(πx) sin(πx/3) / (πx · πx/3) at equal distances, from `first` on.
    ///
    /// The first sine follows from the second, and that from the one before it: sines are most of what weights cost.
    private static func kernel(from first: Double, by distance: Double, count: Int) -> [Double] {
        let turn = Double.pi / lobes
        let (sineOfTurn, cosineOfTurn) = (sin(turn * distance), cos(turn * distance))
        var (sine, cosine) = (sin(turn * first), cos(turn * first))
        return (0..<count).map { index in
            let x = first + Double(index) * distance
            defer {
                (sine, cosine) = (
                    sine * cosineOfTurn + cosine * sineOfTurn, cosine * cosineOfTurn - sine * sineOfTurn
                )
            }
            guard abs(x) < lobes else { return 0 }
            // The kernel is flat there, and a sine that small as inexact as its angle.
            guard abs(x) > 1e-4 else { return 1 }
            let angle = turn * x
            return (3 - 4 * sine * sine) * sine * sine / (lobes * angle * angle)
        }
    }
}

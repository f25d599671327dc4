internal import Glibc

/// Along one axis: which samples each sample of a reduced row is made of, and how much each of them counts.
///
/// The kernel is Lanczos' with three lobes, stretched by the factor of the reduction (Duchon, "Lanczos Filtering in One
/// and Two Dimensions", Journal of Applied Meteorology 18, 1979). At the edges what would lie outside counts for
/// nothing, and the rest for so much more.
struct LanczosWeights {
    private static let lobes = 3.0

    /// How many samples there are.
    let count: Int
    /// How many of them result is made of: even, and not more than there are, but by one.
    let taps: Int
    /// Of each result the first sample that counts; those that follow may go beyond the last, and weigh nothing there.
    let starts: [Int]
    /// Of each result `taps` weights, which sum up to 1; each four times, as it is multiplied with.
    let weights: [SIMD4<Float>]

    /// - Precondition: 1 ≤ `reduced` ≤ `count`.
    init(from count: Int, to reduced: Int) {
        let factor = Double(count) / Double(reduced)
        let reach = Self.lobes * factor
        let most = min(count, Int(2 * reach) + 1)
        taps = most + most % 2
        var starts: [Int] = [], weights: [SIMD4<Float>] = []
        starts.reserveCapacity(reduced)
        weights.reserveCapacity(reduced * taps)
        for index in 0..<reduced {
            let center = (Double(index) + 0.5) * factor - 0.5
            let start = max(0, min(Int((center - reach).rounded(.up)), count - taps))
            let values = (0..<taps).map { tap in
                start + tap < count ? Self.kernel((Double(start + tap) - center) / factor) : 0
            }
            let sum = values.reduce(0, +)
            starts.append(start)
            weights += values.map { SIMD4(repeating: Float($0 / sum)) }
        }
        (self.count, self.starts, self.weights) = (count, starts, weights)
    }

    private static func kernel(_ x: Double) -> Double {
        guard x != 0 else { return 1 }
        guard abs(x) < lobes else { return 0 }
        let angle = Double.pi * x
        return lobes * sin(angle) * sin(angle / lobes) / (angle * angle)
    }
}

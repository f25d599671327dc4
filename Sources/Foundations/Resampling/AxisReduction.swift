/// Along one axis: a part of so many samples, and how many it becomes.
public struct AxisReduction: Sendable {
    /// How many times fewer samples may become. The kernel reaches over six times as many.
    public static let maximumFactor = 8.0

    /// Samples there are.
    let count: Int
    /// Samples that they become.
    let reduced: Int
    /// Where the part begins: 0 is the edge before the first sample, 1 the edge after it.
    let start: Double
    /// Samples from one of the result to the next.
    let step: Double

    /// All samples.
    ///
    /// - Returns: nil unless 1 ≤ `reduced` ≤ `count` ≤ 8 · `reduced`.
    public init?(_ count: Int, to reduced: Int) {
        guard reduced >= 1 else { return nil }
        self.init(count, to: reduced, from: 0, step: Double(count) / Double(reduced))
    }

    /// A part that may begin and end between two samples.
    ///
    /// - Parameters:
    ///   - start: where it begins, from 0.
    ///   - step: samples from one of the result to the next: 1 to 8. The last of the result may be half outside.
    /// - Returns: nil if something is out of bounds.
    public init?(_ count: Int, to reduced: Int, from start: Double, step: Double) {
        // Larger ones are no pictures, and offsets into their rows would need more bits.
        guard count < 1 << 28, reduced >= 1, reduced <= count, step >= 1, step <= Self.maximumFactor, start >= 0,
            start + (Double(reduced) - 0.5) * step <= Double(count) + 1e-6
        else { return nil }
        (self.count, self.reduced, self.start, self.step) = (count, reduced, start, step)
    }
}

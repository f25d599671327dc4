/// The rate of a transfer over the last few seconds.
struct TransferRate {
    private static let window = 5.0

    private var samples: [(bytes: Int64, time: Double)] = []

    init() {}

    /// - Parameters:
    ///   - bytes: the total so far.
    ///   - time: seconds since the start.
    mutating func add(bytes: Int64, at time: Double) {
        samples.append((bytes, time))
        samples.removeAll { $0.time < time - Self.window }
    }

    /// 0 if no bytes were transferred recently.
    var bytesPerSecond: Double {
        guard let first = samples.first, let last = samples.last, last.time > first.time else { return 0 }
        return max(0, Double(last.bytes - first.bytes) / (last.time - first.time))
    }

    /// Nil if it cannot be estimated.
    func seconds(for bytes: Int64) -> Double? {
        let rate = bytesPerSecond
        guard rate > 0, bytes > 0 else { return nil }
        return min(Double(bytes) / rate, 8_640_000)
    }
}

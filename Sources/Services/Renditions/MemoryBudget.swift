internal import Runtime

/// A number of bytes of memory that may be in use at once.
final class MemoryBudget: Sendable {
    private let maximum: Int64
    private let used = Locked<Int64>(0)

    init(maximum: Int64) { self.maximum = maximum }

    /// Reserves memory until it is released; false if there is not enough.
    func reserve(_ bytes: Int64) -> Bool {
        used.withLock { used in
            guard used + bytes <= maximum else { return false }
            used += bytes
            return true
        }
    }

    func release(_ bytes: Int64) { used.withLock { $0 -= bytes } }
}

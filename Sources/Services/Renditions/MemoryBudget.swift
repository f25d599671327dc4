internal import Runtime

/// How many bytes of files are held in memory, and how many may be.
final class MemoryBudget: Sendable {
    private let maximum: Int64
    private let held = Locked<Int64>(0)

    init(maximum: Int64) { self.maximum = maximum }

    /// Takes room for some bytes, until they are given back; false where there is none.
    func take(_ bytes: Int64) -> Bool {
        held.withLock { held in
            guard held + bytes <= maximum else { return false }
            held += bytes
            return true
        }
    }

    func giveBack(_ bytes: Int64) { held.withLock { $0 -= bytes } }
}

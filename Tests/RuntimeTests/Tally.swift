import Runtime
import Synchronization

/// Counts, from many tasks.
final class Tally: Sendable {
    private let value = Atomic(0)

    var count: Int { value.load(ordering: .relaxed) }

    @discardableResult
    func add() -> Int { value.wrappingAdd(1, ordering: .relaxed).newValue }
}

/// Four counts.
final class Tallies: Sendable {
    private let values = Locked([0, 0, 0, 0])

    @discardableResult
    func add(_ amount: Int, at index: Int) -> Int {
        values.withLock { values in
            values[index] += amount
            return values[index]
        }
    }
}

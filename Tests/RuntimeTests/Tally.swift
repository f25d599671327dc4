import Runtime
import Synchronization

/// A counter for many tasks.
final class Tally: Sendable {
    private let value = Atomic(0)

    var count: Int { value.load(ordering: .relaxed) }

    @discardableResult
    func add() -> Int { value.wrappingAdd(1, ordering: .relaxed).newValue }

    /// Waits for a count; false after a time limit. For tasks that may never end if a test fails.
    func reaches(_ count: Int) async throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(20)
        while self.count < count, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(1)) }
        return self.count >= count
    }
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

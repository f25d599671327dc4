import Runtime
import Testing

/// How much runs at once.
private final class Running: Sendable {
    private let state = Locked((now: 0, most: 0))

    var now: Int { state.withLock(\.now) }
    var most: Int { state.withLock(\.most) }

    func begin() {
        state.withLock { state in
            state.now += 1
            state.most = max(state.most, state.now)
        }
    }

    func end() { state.withLock { $0.now -= 1 } }
}

@Suite struct BlockingPoolTests {
    @Test func `runs as much at once as it has threads`() async throws {
        let pool = BlockingPool(name: "test", threads: 3, queue: 1000)
        let running = Running()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<300 {
                group.addTask {
                    try await pool.run {
                        running.begin()
                        var sum = 0
                        for number in 0..<2000 { sum &+= number }
                        if sum >= 0 { running.end() }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(running.most <= 3 && running.now == 0)
        await pool.close()
    }

    @Test func `refuses more than its queue holds, and says which pool`() async throws {
        let pool = BlockingPool(name: "narrow", threads: 1, queue: 1)
        let gate = Monitor(false)
        let first = Task { try await pool.run { _ = gate.waitAndTake { $0 ? .take(true) : .wait } } }
        while pool.load.busy == 0 { await Task.yield() }
        let second = Task { try await pool.run {} }
        while pool.load.waiting == 0 { await Task.yield() }
        await #expect(throws: PoolOverloaded.self) { try await pool.run {} }
        gate.withLock { $0 = true }
        gate.wakeAll()
        try await first.value
        try await second.value
        await pool.close()
    }

    @Test func `does not begin what was cancelled while it waited`() async throws {
        let pool = BlockingPool(name: "test", threads: 1, queue: 10)
        let gate = Monitor(false)
        let first = Task { try await pool.run { _ = gate.waitAndTake { $0 ? .take(true) : .wait } } }
        while pool.load.busy == 0 { await Task.yield() }
        let begun = Tally()
        let second = Task { try await pool.run { begun.add() } }
        while pool.load.waiting == 0 { await Task.yield() }
        second.cancel()
        gate.withLock { $0 = true }
        gate.wakeAll()
        await #expect(throws: CancellationError.self) { try await second.value }
        try await first.value
        #expect(begun.count == 0)
        await pool.close()
    }

    @Test func `gives each thread a resource of its own`() async throws {
        let made = Tally()
        let pool = BlockingPool<Int>(name: "test", threads: 4, queue: 100) {
            made.add()
        }
        for _ in 0..<50 { _ = try await pool.run { resource in resource } }
        await pool.close()
        #expect((1...4).contains(made.count))
        await #expect(throws: PoolOverloaded.self) { try await pool.run { _ in } }
    }
}

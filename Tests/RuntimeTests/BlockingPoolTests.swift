import Glibc
import Runtime
import Testing

/// The number of concurrent tasks.
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

/// A resource whose release takes a while.
private final class Resource: Sendable {
    private let dropped: Tally
    init(_ dropped: Tally) { self.dropped = dropped }

    deinit {
        usleep(50_000)
        dropped.add()
    }
}

@Suite(.timeLimit(.minutes(1))) struct BlockingPoolTests {
    @Test func `runs as many tasks at once as it has threads, and no more`() async throws {
        let pool = BlockingPool(name: "test", threads: 3, queue: 1000)
        let running = Running()
        let meeting = Meeting(of: 3)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<300 {
                group.addTask {
                    try await pool.run {
                        running.begin()
                        // The first three wait for each other.
                        if number < 3 { #expect(meeting.arrive()) }
                        running.end()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(running.most == 3 && running.now == 0)
        await pool.close()
    }

    @Test func `reports how many tasks wait and how many run`() async throws {
        let pool = BlockingPool(name: "test", threads: 2, queue: 10)
        let gate = Monitor(false)
        let work = (0..<5).map { _ in
            Task { try await pool.run { _ = gate.waitAndTake { $0 ? .take(true) : .wait } } }
        }
        while pool.load != (3, 2), !Task.isCancelled { await Task.yield() }
        #expect(pool.load == (3, 2))
        gate.withLock { $0 = true }
        gate.wakeAll()
        for work in work { try await work.value }
        await pool.close()
        #expect(pool.load == (0, 0))
    }

    @Test func `abandons waiting tasks when it closes, and finishes running ones`() async throws {
        let pool = BlockingPool(name: "test", threads: 1, queue: 10)
        let gate = Monitor(false)
        let running = Task {
            try await pool.run {
                _ = gate.waitAndTake { $0 ? .take(true) : .wait }
                return 7
            }
        }
        while pool.load.busy == 0, !Task.isCancelled { await Task.yield() }
        let begun = Tally()
        let waiting = (0..<3).map { _ in Task { try await pool.run { begun.add() } } }
        while pool.load.waiting < 3, !Task.isCancelled { await Task.yield() }
        let closing = Task { await pool.close() }
        for waiting in waiting { await #expect(throws: CancellationError.self) { try await waiting.value } }
        gate.withLock { $0 = true }
        gate.wakeAll()
        await closing.value
        #expect(try await running.value == 7)
        #expect(begun.count == 0 && pool.load == (0, 0))
    }

    @Test func `has released its resources when it is closed`() async throws {
        let dropped = Tally()
        let pool = BlockingPool(name: "test", threads: 3, queue: 10) { Resource(dropped) }
        let meeting = Meeting(of: 3)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 { group.addTask { try await pool.run { _ in #expect(meeting.arrive()) } } }
            try await group.waitForAll()
        }
        #expect(dropped.count == 0)
        await pool.close()
        #expect(dropped.count == 3)
    }

    @Test(arguments: [1, 0, -3])
    func `has at least one thread and one place in its queue`(number: Int) async throws {
        let pool = BlockingPool(name: "test", threads: number, queue: number)
        #expect(try await pool.run { 1 } == 1)
        await pool.close()
    }

    @Test func `refuses more tasks than its queue holds, and names the pool`() async throws {
        let pool = BlockingPool(name: "narrow", threads: 1, queue: 1)
        let gate = Monitor(false)
        let first = Task { try await pool.run { _ = gate.waitAndTake { $0 ? .take(true) : .wait } } }
        while pool.load.busy == 0 { await Task.yield() }
        let second = Task { try await pool.run {} }
        while pool.load.waiting == 0 { await Task.yield() }
        let error = await #expect(throws: PoolOverloaded.self) { try await pool.run {} }
        #expect(error?.pool == "narrow")
        gate.withLock { $0 = true }
        gate.wakeAll()
        try await first.value
        try await second.value
        await pool.close()
    }

    @Test func `does not begin a task that was cancelled while it waited`() async throws {
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

    @Test func `gives each thread its own resource`() async throws {
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
